-- Undoes a take by its receipt: what it took is pending again in its old place, unless its time is over.
-- KEYS[1]  the mailbox's state (a hash)
-- KEYS[2]  the broadcasts that the agent has seen (a sorted set)
-- KEYS[3]  the receipt (a text)
-- ARGV     prefix of the type lists, ms to remember that the receipt is void (0: it may be used again), the bell's channel
-- Reply    how many are pending again
local state, seen, typePrefix = KEYS[1], KEYS[2], ARGV[1]
-- @include time
-- @include mailbox

local receipt = redis.call('GET', KEYS[3]) or ''
-- Once void, a receipt stays void, whoever restores it again.
if tonumber(ARGV[2]) > 0 then
  redis.call('SET', KEYS[3], 'restored', 'PX', ARGV[2])
elseif receipt ~= 'restored' then
  redis.call('DEL', KEYS[3])
end

local restored, byType, types = 0, {}, {}
for _, message in ipairs(readReceipt(receipt)) do
  if message.broadcast then
    restored = restored + redis.call('ZREM', seen, message.id)
  elseif message.expires > now then
    local type = message.type
    if not byType[type] then
      byType[type] = {}
      types[#types + 1] = type
    end
    table.insert(byType[type], message)
  end
end

for _, type in ipairs(types) do
  local key, messages, last = typePrefix .. type, byType[type], 0
  table.sort(messages, function(a, b) return a.sequence < b.sequence end)
  for _, message in ipairs(messages) do
    last = math.max(last, message.expires - now)
  end
  local head = redis.call('LINDEX', key, 0)
  if not head or parse(type, head).sequence > messages[#messages].sequence then
    -- The usual case: they were the first of their type.
    for i = #messages, 1, -1 do
      redis.call('LPUSH', key, messages[i].element)
    end
  else
    local merged, at = {}, 1
    for _, element in ipairs(redis.call('LRANGE', key, 0, -1)) do
      local sequence = parse(type, element).sequence
      while messages[at] and messages[at].sequence < sequence do
        merged[#merged + 1] = messages[at].element
        at = at + 1
      end
      merged[#merged + 1] = element
    end
    for i = at, #messages do
      merged[#merged + 1] = messages[i].element
    end
    rewrite(key, merged, math.max(redis.call('PTTL', key), last))
  end
  keepFor(key, last)
  redis.call('HSET', state, ':' .. type, digits(now + redis.call('PTTL', key)))
  redis.call('HINCRBY', state, 'pending', #messages)
  -- It may expire before everything that was there when the mailbox was found to be full.
  redis.call('HDEL', state, 'full')
  keepFor(state, last)
  restored = restored + #messages
end
if restored > 0 then
  redis.call('PUBLISH', ARGV[3], '')
end
return restored
