-- Posts a message to everybody, unless it was posted before or there are too many.
-- KEYS[1]  the broadcasts (a stream; an entry's id is its sequence in microseconds)
-- KEYS[2]  the mark that this message was posted
-- ARGV     type, id, source, body, ttl ms, max pending, ms to remember the mark, the bell's channel
-- Reply    'posted' or 'full'
-- @include time

if redis.call('EXISTS', KEYS[2]) == 1 then
  return 'posted'
end
local ttl, maxPending = tonumber(ARGV[5]), tonumber(ARGV[6])

-- Fields in the order in which they are written below.
local function expired(entry)
  return tonumber(entry[2][10]) <= now
end

-- The oldest that have expired go; all that have, when there are too many.
local function purge(count)
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', count)) do
    if expired(entry) then
      redis.call('XDEL', KEYS[1], entry[1])
    elseif count < maxPending then
      return
    end
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
redis.call('XADD', KEYS[1], digits(math.max(us, last + 1)) .. '-0',
  'type', ARGV[1], 'id', ARGV[2], 'source', ARGV[3], 'body', ARGV[4], 'expires_at', digits(now + ttl), 'ttl_ms', ARGV[5])
if redis.call('PTTL', KEYS[1]) < ttl then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
redis.call('SET', KEYS[2], '', 'PX', ARGV[7])
redis.call('PUBLISH', ARGV[8], '')
return 'posted'
