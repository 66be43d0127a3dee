-- Posts a message to one agent, unless it was posted before or the mailbox is full.
-- KEYS[1]  the mailbox's state (a hash)
-- KEYS[2]  the list of the type
-- KEYS[3]  the mark that this message was posted
-- ARGV     prefix of the type lists, type, id, source, body, ttl ms, max pending, ms to remember the mark, the bell's channel
-- Reply    'posted' or 'full'
-- Lists of other types are touched only when the mailbox is full: they have the same hash tag.
local state, typePrefix = KEYS[1], ARGV[1]
-- @include time
-- @include mailbox

if redis.call('EXISTS', KEYS[3]) == 1 then
  return 'posted'
end
local ttl, maxPending = tonumber(ARGV[6]), tonumber(ARGV[7])
local known = redis.call('HMGET', state, 'pending', 'sequence', 'full')
local pending = tonumber(known[1] or 0)

if pending >= maxPending then
  -- Nothing can have expired before that.
  if known[3] and tonumber(known[3]) > now then
    return 'full'
  end
  local earliest
  pending = 0
  for _, type in ipairs(allTypes()) do
    local key, live = typePrefix .. type, {}
    local elements = redis.call('LRANGE', key, 0, -1)
    for _, element in ipairs(elements) do
      local expires = parse(type, element).expires
      if expires > now then
        live[#live + 1] = element
        earliest = math.min(earliest or expires, expires)
      end
    end
    if #live == 0 then
      redis.call('HDEL', state, ':' .. type)
    end
    if #live < #elements then
      rewrite(key, live, redis.call('PTTL', key))
    end
    pending = pending + #live
  end
  redis.call('HSET', state, 'pending', pending)
  if pending >= maxPending then
    redis.call('HSET', state, 'full', digits(earliest))
    return 'full'
  end
end

-- What has expired at the front of this type goes now, so that a mailbox nobody empties stays small.
for _ = 1, 8 do
  local head = redis.call('LINDEX', KEYS[2], 0)
  if not head or parse(ARGV[2], head).expires > now then
    break
  end
  redis.call('LPOP', KEYS[2])
  pending = pending - 1
end

local sequence = math.max(us, tonumber(known[2] or 0) + 1)
redis.call('RPUSH', KEYS[2],
  digits(sequence) .. ' ' .. digits(now + ttl) .. ' ' .. ARGV[3] .. ' ' .. #ARGV[4] .. ' ' .. ARGV[4] .. ARGV[5])
redis.call('HSET', state, 'pending', math.max(0, pending) + 1, 'sequence', digits(sequence), ':' .. ARGV[2], '')
keepFor(KEYS[2], ttl)
keepFor(state, ttl)
redis.call('SET', KEYS[3], '', 'PX', ARGV[8])
redis.call('PUBLISH', ARGV[9], '')
return 'posted'
