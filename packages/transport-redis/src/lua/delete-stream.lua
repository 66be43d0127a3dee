-- Deletes a stream, and tells whether a new one could repeat its ids.
-- KEYS[1]  the stream
-- Reply    {1 if there was one else 0, ms to wait until the server's clock is past the deleted stream's last id}
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
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
