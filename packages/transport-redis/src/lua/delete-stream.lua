-- Deletes a stream with what is kept beside its groups, and tells whether a new one could repeat its ids.
-- KEYS[1]  the stream
-- ARGV     prefixes of keys: with the name of a group they are the keys beside it, in the stream's slot
-- Reply    {1 if there was one else 0, ms to wait until the server's clock is past the deleted stream's last id}
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
if not info.err then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    for _, prefix in ipairs(ARGV) do
      redis.call('DEL', prefix .. group[2])
    end
  end
end
local deleted = redis.call('DEL', KEYS[1])
if info.err then
  return { deleted, 0 }
end
local lastMs = 0
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then
    lastMs = tonumber(string.match(info[i + 1], '^(%d+)'))
  end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return { deleted, math.max(0, lastMs + 1 - now) }
