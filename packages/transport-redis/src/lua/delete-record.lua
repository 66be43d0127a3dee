-- Removes a record.
-- KEYS[1]  values (a hash), KEYS[2] leases, KEYS[3] kept (sorted sets), KEYS[4] claims (a hash)
-- KEYS[5]  the record for people and other programs (a text); left out when it lies in another slot
-- ARGV     key
-- Reply    1 if there was one, else 0
-- @include time
-- @include record
local record = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('HDEL', KEYS[4], ARGV[1])
if KEYS[5] then
  redis.call('DEL', KEYS[5])
end
return record and parse(record).forgetAt > now and 1 or 0
