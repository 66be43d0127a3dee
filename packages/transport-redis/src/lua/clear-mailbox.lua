-- Removes what a selector selects from a mailbox, and from nobody else's.
-- KEYS[1]  the mailbox's state (a hash)
-- KEYS[2]  the broadcasts that the agent has seen (a sorted set)
-- ARGV     prefix of the type lists, one selector and broadcasts as in parts/selectors
-- Reply    how many were removed
local state, seen, typePrefix = KEYS[1], KEYS[2], ARGV[1]
-- @include time
-- @include mailbox
-- @include selectors
position = 1
local selectors = readSelectors()
local index, none = indexOf(selectors), {}
local cleared = 0

for _, type in ipairs(typesOf(selectors)) do
  local key, kept, gone = typePrefix .. type, {}, 0
  local elements = redis.call('LRANGE', key, 0, -1)
  for _, element in ipairs(elements) do
    local message = parse(type, element)
    if message.expires > now then
      if firstUnmet(index, none, message) then
        gone = gone + 1
      else
        kept[#kept + 1] = element
      end
    end
  end
  if #kept < #elements then
    rewrite(key, kept, redis.call('PTTL', key))
    redis.call('HINCRBY', state, 'pending', #kept - #elements)
    forgetIfEmpty(type)
  end
  cleared = cleared + gone
end

for _, message in ipairs(readBroadcasts()) do
  if message.expires > now and firstUnmet(index, none, message) then
    cleared = cleared + redis.call('ZADD', seen, digits(message.expires), message.id)
    keepFor(seen, message.expires - now)
  end
end
return cleared
