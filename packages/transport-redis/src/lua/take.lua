-- Takes what is wanted from a mailbox, all of it or nothing, and remembers it under a receipt.
-- KEYS[1]  the mailbox's state (a hash)
-- KEYS[2]  the broadcasts that the agent has seen (a sorted set)
-- KEYS[3]  the receipt (a list)
-- KEYS[4…] receipts that need not be remembered any more
-- ARGV     prefix of the type lists, ms to remember the receipt, 'any' or 'each', count,
--          selectors and broadcasts as in parts/selectors
-- Reply    four texts per message as in parts/selectors, report; empty when it cannot be had
local state, seen = KEYS[1], KEYS[2]
local typePrefix = ARGV[1]
-- @include time
-- @include mailbox
-- @include selectors
position = 1
local remember, mode, count = tonumber(argument()), argument(), tonumber(argument())

if #KEYS > 3 then
  redis.call('DEL', unpack(KEYS, 4))
end

-- A receipt's first element is 'taken' or 'restored'; then 'b <sequence> <expires at> <id>' for a broadcast, or
-- 't <bytes of type> <type><element>'.
local before = redis.call('LRANGE', KEYS[3], 0, -1)
if #before > 0 then
  local messages = {}
  for i = 2, #before do
    local bytes, at = string.match(before[i], '^t (%d+) ()')
    if bytes then
      local type = string.sub(before[i], at, at + bytes - 1)
      messages[i - 1] = parse(type, string.sub(before[i], at + bytes))
    else
      messages[i - 1] = { broadcast = true, sequence = tonumber(string.match(before[i], '^b (%d+)')) }
    end
  end
  return report(messages)
end

local selectors = readSelectors()
local chosen, wanted = {}, mode == 'any' and count or #selectors
local places, met = {}, {}
walk(selectors, readBroadcasts(), function(message)
  for i, selector in ipairs(selectors) do
    if not met[i] and selects(selector, message) then
      chosen[#chosen + 1] = message
      if mode == 'each' then
        met[i] = true
        places[i] = message
      end
      break
    end
  end
  return #chosen == wanted
end)
if #chosen < wanted then
  return {}
end
if mode == 'each' then
  chosen = places
end

local receipt, targeted = { 'taken' }, 0
for _, message in ipairs(chosen) do
  if message.broadcast then
    receipt[#receipt + 1] = 'b ' .. digits(message.sequence) .. ' ' .. digits(message.expires) .. ' ' .. message.id
    redis.call('ZADD', seen, digits(message.expires), message.id)
    keepFor(seen, message.expires - now)
  else
    receipt[#receipt + 1] = 't ' .. #message.type .. ' ' .. message.type .. message.element
    redis.call('LREM', typePrefix .. message.type, 1, message.element)
    targeted = targeted + 1
  end
end
if targeted > 0 then
  redis.call('HINCRBY', state, 'pending', -targeted)
end
redis.call('ZREMRANGEBYSCORE', seen, '-inf', digits(now))
redis.call('RPUSH', KEYS[3], unpack(receipt))
redis.call('PEXPIRE', KEYS[3], digits(remember))
return report(chosen)
