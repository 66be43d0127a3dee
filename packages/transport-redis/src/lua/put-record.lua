-- Puts a record if its condition holds.
-- KEYS[1]  values (a hash), KEYS[2] leases, KEYS[3] kept (sorted sets), KEYS[4] claims, KEYS[5] clock (hashes)
-- KEYS[6]  what this put has answered, under a condition that must not be looked at twice
-- ARGV     key, value, lease ms ('' for none), keep ms,
--          condition ('', 'absent', 'version' or 'holder'), the version or the holder, the incarnation ('' for the next),
--          ms to remember the answer, the bell's channel ('' not to ring)
-- Reply    {1, version, incarnation}, or {0, now, from, until, record or ''} when the condition does not hold
local values, leases, kept, claims, clock = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local key, lease, keep, condition = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
-- @include time
-- @include record

local once = condition == 'absent' or condition == 'version'
if once then
  local version, incarnation = string.match(redis.call('GET', KEYS[6]) or '', '^(%d+) (%d+)$')
  if version then
    return { 1, version, incarnation }
  end
end

local from, till = 0, 0
if lease then
  from, till = touch(clock, nil, lease)
else
  local known = redis.call('HMGET', clock, 'from', 'until')
  from, till = tonumber(known[1] or 0), tonumber(known[2] or 0)
end

local function forget(name)
  redis.call('HDEL', values, name)
  redis.call('HDEL', claims, name)
  redis.call('ZREM', leases, name)
  redis.call('ZREM', kept, name)
end

-- Whose time is over goes, a few with each put: records come and go at the same rate.
for _, name in ipairs(redis.call('ZRANGEBYSCORE', kept, '-inf', digits(now), 'LIMIT', 0, 4)) do
  forget(name)
end
for _, name in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', digits(now), 'LIMIT', 0, 4)) do
  local record = redis.call('HGET', values, name)
  if not record or parse(record).forgetAt <= now then
    forget(name)
  end
end

local record = redis.call('HGET', values, key)
local current = record and parse(record)
if current and current.forgetAt <= now then
  forget(key)
  current = nil
end

local version = current and current.version or 0
local incarnation = current and current.incarnation or 0
local holder = current and current.holder or '.'
local holds = true
if condition == 'absent' then
  holds = not current
elseif condition == 'version' then
  holds = version == tonumber(ARGV[6])
elseif condition == 'holder' and holder ~= ARGV[6] then
  holder = ARGV[6]
  if ARGV[7] == '' then
    -- The server's time, which also grows when the bucket was forgotten; and never one that a record had before.
    incarnation = math.max(tonumber(redis.call('HGET', clock, 'incarnation') or 0) + 1, now)
  else
    holds = tonumber(ARGV[7]) >= incarnation
    incarnation = tonumber(ARGV[7])
  end
end
if not holds then
  return { 0, digits(now), digits(from), digits(till), current and record or '' }
end

if condition == 'holder' then
  local highest = tonumber(redis.call('HGET', clock, 'incarnation') or 0)
  redis.call('HSET', clock, 'incarnation', digits(math.max(highest, incarnation)))
end

local leaseEnd = lease and now + lease or 0
version = version + 1
redis.call('HSET', values, key, digits(version) .. ' ' .. digits(incarnation) .. ' ' .. holder .. ' ' .. digits(leaseEnd)
  .. ' ' .. digits(now) .. ' ' .. digits(keep) .. ' -\n' .. ARGV[2])
redis.call('HDEL', claims, key)
if lease then
  redis.call('ZADD', leases, digits(leaseEnd), key)
  redis.call('ZREM', kept, key)
else
  redis.call('ZADD', kept, digits(now + keep), key)
  redis.call('ZREM', leases, key)
end
-- A bucket that nobody writes to any more goes away as a whole.
local last = (lease or 0) + keep
for i = 1, 5 do
  if redis.call('PTTL', KEYS[i]) < last then
    redis.call('PEXPIRE', KEYS[i], digits(last))
  end
end
if once then
  redis.call('SET', KEYS[6], digits(version) .. ' ' .. digits(incarnation), 'PX', ARGV[8])
end
if ARGV[9] ~= '' then
  redis.call('PUBLISH', ARGV[9], '')
end
return { 1, digits(version), digits(incarnation) }
