-- Posts a message to one agent, unless it was posted before or the mailbox is full.
-- KEYS[1]  the mailbox's state (a hash)
-- KEYS[2]  the list of the type
-- KEYS[3]  the mark that this message was posted
-- ARGV     prefix of the type lists, type, id, source, body, ttl ms, max pending, ms to remember the mark, the bell's channel
-- Reply    'posted' or 'full'
-- Lists of other types are touched only when the mailbox is full: they have the same hash tag.
-- In the state: 'pending', 'sequence' (the last one), 'full' (nothing can have expired before), 'until' (when the state
-- itself goes), and for each type ':<type>' (when its list goes).
local state, typePrefix = KEYS[1], ARGV[1]
-- @include time
-- @include mailbox

if not redis.call('SET', KEYS[3], '', 'PX', ARGV[8], 'NX') then
  return 'posted'
end
local ttl, maxPending, field = tonumber(ARGV[6]), tonumber(ARGV[7]), ':' .. ARGV[2]
local known = redis.call('HMGET', state, 'pending', 'sequence', 'full', 'until', field)
local pending = tonumber(known[1] or 0)

if pending >= maxPending then
  if known[3] and tonumber(known[3]) > now then
    redis.call('DEL', KEYS[3])
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
    redis.call('DEL', KEYS[3])
    return 'full'
  end
end

-- What has expired at the front of this type goes now, so that a mailbox nobody empties stays small.
if pending > 0 then
  for _ = 1, 8 do
    local head = redis.call('LINDEX', KEYS[2], 0)
    if not head or parse(ARGV[2], head).expires > now then
      break
    end
    redis.call('LPOP', KEYS[2])
    pending = pending - 1
  end
end

local sequence, expires = math.max(us, tonumber(known[2] or 0) + 1), now + ttl
local length = redis.call('RPUSH', KEYS[2],
  digits(sequence) .. ' ' .. digits(expires) .. ' ' .. ARGV[3] .. ' ' .. #ARGV[4] .. ' ' .. ARGV[4] .. ARGV[5])

-- Times to live are lengthened by more than is needed, so that it need not be done with each post.
local listUntil, stateUntil = length > 1 and tonumber(known[5]) or 0, tonumber(known[4] or 0)
if listUntil < expires then
  listUntil = expires + math.floor(ttl / 4)
  redis.call('PEXPIRE', KEYS[2], digits(listUntil - now))
end
redis.call('HSET', state, 'pending', math.max(0, pending) + 1, 'sequence', digits(sequence), field, digits(listUntil))
if stateUntil < listUntil then
  redis.call('HSET', state, 'until', digits(listUntil))
  redis.call('PEXPIRE', state, digits(listUntil - now))
end
if known[3] and tonumber(known[3]) > expires then
  redis.call('HSET', state, 'full', digits(expires))
end
redis.call('PUBLISH', ARGV[9], '')
return 'posted'
