-- Counts the leases of a bucket that have not run out.
-- KEYS[1]  leases (a sorted set)
-- Reply    how many
-- @include time
return redis.call('ZCOUNT', KEYS[1], '(' .. digits(now), '+inf')
