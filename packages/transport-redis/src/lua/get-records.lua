-- Reads records, and what is needed to judge their leases.
-- KEYS[1]  values, KEYS[2] clock (hashes)
-- ARGV     the keys; none: only the times
-- Reply    {now, from, until, record or false, …}: leases that were put before `from` and ran out after it are
--          excused before `until`
-- @include time
local known = redis.call('HMGET', KEYS[2], 'from', 'until')
local reply = { digits(now), known[1] or '0', known[2] or '0' }
for i = 1, #ARGV do
  reply[i + 3] = redis.call('HGET', KEYS[1], ARGV[i])
end
return reply
