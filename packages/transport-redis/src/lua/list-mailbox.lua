-- Lists what is pending, oldest first, without taking it.
-- KEYS[1]  the mailbox's state (a hash)
-- KEYS[2]  the broadcasts that the agent has seen (a sorted set)
-- ARGV     prefix of the type lists, count, selectors and broadcasts as in parts/selectors
-- Reply    five texts per message as in parts/selectors, report
local state, seen, typePrefix = KEYS[1], KEYS[2], ARGV[1]
-- @include time
-- @include mailbox
-- @include selectors
position = 1
local count = tonumber(argument())
local selectors = readSelectors()
local found, index = {}, indexOf(selectors)
walk(selectors, readBroadcasts(), function(message)
  if firstUnmet(index, {}, message) then
    found[#found + 1] = message
  end
  return #found == count
end)
return report(found, {})
