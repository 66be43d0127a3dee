-- Takes what is wanted from a mailbox, all of it or nothing, and remembers it under a receipt.
-- KEYS[1]  the mailbox's state (a hash)
-- KEYS[2]  the broadcasts that the agent has seen (a sorted set)
-- KEYS[3]  the receipt (a text)
-- KEYS[4…] receipts that need not be remembered any more
-- ARGV     prefix of the type lists, ms to remember the receipt, 'any' or 'each', count,
--          selectors and broadcasts as in parts/selectors
-- Reply    {1 if it was taken before else 0, how many of the first broadcasts need not be offered again}, then five texts
--          per message as in parts/selectors, report; none when it cannot be had
local state, seen = KEYS[1], KEYS[2]
local typePrefix = ARGV[1]
-- @include time
-- @include mailbox

if #KEYS > 3 then
  redis.call('DEL', unpack(KEYS, 4))
end
local before = redis.call('GET', KEYS[3])

-- The usual case, in a straight line: one message of one type, with no broadcasts about.
if not before and ARGV[3] == 'any' and ARGV[4] == '1' and ARGV[5] == '1' and ARGV[6] ~= '' and ARGV[8] == '0' then
  local key = typePrefix .. ARGV[6]
  local head = redis.call('LINDEX', key, 0)
  if not head then
    return { 0, 0 }
  end
  local message = parse(ARGV[6], head)
  if message.expires > now and (ARGV[7] == '' or ARGV[7] == message.source) then
    redis.call('LPOP', key)
    forgetIfEmpty(ARGV[6])
    redis.call('HINCRBY', state, 'pending', -1)
    redis.call('SET', KEYS[3], receiptOf({ message }), 'PX', ARGV[2])
    return { 0, 0, message.id, message.type, message.source, string.sub(head, message.bodyAt), digits(message.sequence) }
  end
end

-- @include selectors
position = 1
local remember, mode, count = argument(), argument(), tonumber(argument())
if before then
  return report(readReceipt(before), { 1, 0 })
end

local selectors = readSelectors()
local chosen, wanted = {}, mode == 'any' and count or #selectors
local index, places, met = indexOf(selectors), {}, {}
walk(selectors, readBroadcasts(), function(message)
  local i = firstUnmet(index, met, message)
  if i then
    chosen[#chosen + 1] = message
    if mode == 'each' then
      met[i] = true
      places[i] = message
    end
  end
  return #chosen == wanted
end)
if #chosen < wanted then
  return { 0, over }
end
if mode == 'each' then
  chosen = places
end

local targeted = 0
for _, message in ipairs(chosen) do
  if message.broadcast then
    redis.call('ZADD', seen, digits(message.expires), message.id)
    keepFor(seen, message.expires - now)
  else
    redis.call('LREM', typePrefix .. message.type, 1, message.element)
    forgetIfEmpty(message.type)
    targeted = targeted + 1
  end
end
if targeted > 0 then
  redis.call('HINCRBY', state, 'pending', -targeted)
end
redis.call('ZREMRANGEBYSCORE', seen, '-inf', digits(now))
redis.call('SET', KEYS[3], receiptOf(chosen), 'PX', remember)
return report(chosen, { 0, over })
