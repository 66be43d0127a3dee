-- Ends an expiry: nobody is told of it again.
-- KEYS[1]  values (a hash), KEYS[2] leases, KEYS[3] kept (sorted sets), KEYS[4] claims (a hash)
-- ARGV     key, the version that was claimed, claimer, the bell's channel
-- Reply    1, or 0 when a put came in between or somebody else holds the claim
local key = ARGV[1]
-- @include time
-- @include record
local record = redis.call('HGET', KEYS[1], key)
if not record then
  return 0
end
local current = parse(record)
if current.forgetAt <= now or current.version ~= tonumber(ARGV[2]) then
  return 0
end
local claimer = string.match(redis.call('HGET', KEYS[4], key) or '', '^%d+ (%S+)$')
if claimer ~= ARGV[3] then
  -- Settled before, by the same claimer whose answer was lost: the claim is gone with it.
  return 0
end
redis.call('HSET', KEYS[1], key, (string.gsub(string.sub(record, 1, current.valueAt - 1), '%-\n$', 's\n'))
  .. string.sub(record, current.valueAt))
redis.call('ZREM', KEYS[2], key)
redis.call('ZADD', KEYS[3], digits(current.forgetAt), key)
redis.call('HDEL', KEYS[4], key)
redis.call('PEXPIRE', KEYS[3], math.max(redis.call('PTTL', KEYS[3]), redis.call('PTTL', KEYS[1])))
redis.call('PUBLISH', ARGV[4], '')
return 1
