-- Puts an event type into the index, and rings the bell when it was not there.
-- KEYS[1]  the index of event types (a set)
-- ARGV     event type, the bell's channel
-- Reply    1 when it is new, else 0
local added = redis.call('SADD', KEYS[1], ARGV[1])
if added == 1 then
  redis.call('PUBLISH', ARGV[2], '')
end
return added
