-- Undoes a take by its receipt: what it took is pending again in its old place, unless its time is over.
-- KEYS[1]  the mailbox's state (a hash)
-- KEYS[2]  the broadcasts that the agent has seen (a sorted set)
-- KEYS[3]  the receipt (a list, as in take)
-- ARGV     prefix of the type lists, ms to remember that the receipt is void (0: it may be used again), the bell's channel
-- Reply    how many are pending again
local state, seen, typePrefix = KEYS[1], KEYS[2], ARGV[1]
-- @include time
-- @include mailbox

local receipt = redis.call('LRANGE', KEYS[3], 0, -1)
redis.call('DEL', KEYS[3])
if tonumber(ARGV[2]) > 0 then
  redis.call('RPUSH', KEYS[3], 'restored')
  redis.call('PEXPIRE', KEYS[3], ARGV[2])
end

local restored = 0
for i = 2, #receipt do
  local bytes, at = string.match(receipt[i], '^t (%d+) ()')
  if not bytes then
    restored = restored + redis.call('ZREM', seen, string.match(receipt[i], '(%S+)$'))
  else
    local type = string.sub(receipt[i], at, at + bytes - 1)
    local message = parse(type, string.sub(receipt[i], at + bytes))
    if message.expires > now then
      local key = typePrefix .. type
      local elements, place = redis.call('LRANGE', key, 0, -1), 1
      while elements[place] and parse(type, elements[place]).sequence < message.sequence do
        place = place + 1
      end
      table.insert(elements, place, message.element)
      rewrite(key, elements, math.max(redis.call('PTTL', key), message.expires - now))
      redis.call('HSET', state, ':' .. type, '')
      redis.call('HINCRBY', state, 'pending', 1)
      keepFor(state, message.expires - now)
      restored = restored + 1
    end
  end
end
if restored > 0 then
  redis.call('PUBLISH', ARGV[3], '')
end
return restored
