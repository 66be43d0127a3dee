-- Posts a message to everybody, unless it was posted before or there are too many.
-- KEYS[1]  the broadcasts (a stream; an entry's id is its sequence in microseconds)
-- KEYS[2]  the mark that this message was posted
-- KEYS[3]  ids of entries by when their time is over (a sorted set)
-- ARGV     type, id, source, body, ttl ms, max pending, ms to remember the mark, the bell's channel
-- Reply    'posted' or 'full'
-- @include time

if redis.call('EXISTS', KEYS[2]) == 1 then
  return 'posted'
end
local ttl, maxPending = tonumber(ARGV[5]), tonumber(ARGV[6])

-- What has expired goes: a few with each post, all of it when there are too many.
local function purge(count)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', digits(now), 'LIMIT', 0, count)) do
    redis.call('XDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[3], id)
  end
end
purge(8)
if redis.call('XLEN', KEYS[1]) >= maxPending then
  purge(maxPending)
  if redis.call('XLEN', KEYS[1]) >= maxPending then
    return 'full'
  end
end

local last = 0
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
if not info.err then
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      last = tonumber(string.match(info[i + 1], '^(%d+)'))
    end
  end
elseif not string.find(info.err, 'no such key', 1, true) then
  return info
end
local id = digits(math.max(us, last + 1)) .. '-0'
redis.call('XADD', KEYS[1], id,
  'type', ARGV[1], 'id', ARGV[2], 'source', ARGV[3], 'body', ARGV[4], 'expires_at', digits(now + ttl), 'ttl_ms', ARGV[5])
redis.call('ZADD', KEYS[3], digits(now + ttl), id)
if redis.call('PTTL', KEYS[1]) < ttl then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  redis.call('PEXPIRE', KEYS[3], ARGV[5])
end
redis.call('SET', KEYS[2], '', 'PX', ARGV[7])
redis.call('PUBLISH', ARGV[8], '')
return 'posted'
