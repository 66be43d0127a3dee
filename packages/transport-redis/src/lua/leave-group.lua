-- Forgets a consumer, unless something is pending with it.
-- KEYS[1]  the stream
-- ARGV     group, consumer
-- Reply    1 if it is forgotten else 0
-- @include ids
-- @include group
if readGroup(ARGV[1]) then
  for _, list in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
    local consumer = fieldsOf(list)
    if consumer['name'] == ARGV[2] and consumer['pending'] == 0 then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
      return 1
    end
  end
end
return 0
