-- Puts a record if its condition holds.
-- KEYS[1]  values (a hash), KEYS[2] leases, KEYS[3] kept (sorted sets), KEYS[4] claims, KEYS[5] clock (hashes)
-- KEYS[6]  what this put has answered (a text); not used with a holder
-- KEYS[7]  the record for people and other programs (a text); left out when it is not wanted, or lies in another slot
-- ARGV     key, value, lease ms ('' for none), keep ms,
--          condition ('', 'absent', 'version' or 'holder'), the version or the holder, the incarnation ('' for the next),
--          ms to remember the answer, the bell's channel ('' not to ring), the text for KEYS[7]
-- Reply    {1, version, incarnation}; or {0, now, from, until, record or ''} when the condition does not hold
local values, leases, kept, claims, clock = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local key, lease, keep, condition = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
-- @include time
-- @include record

if condition ~= 'holder' then
  -- Sent again, since its answer was lost: carried out once.
  local version, incarnation = string.match(redis.call('GET', KEYS[6]) or '', '^(%d+) (%d+)$')
  if version then
    return { 1, version, incarnation }
  end
end
local times = readClock(clock)

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
-- The holder, and behind commas those before it, newest first.
local holders = current and current.holder or '.'
local holds = true
if condition == 'absent' then
  holds = not current
elseif condition == 'version' then
  holds = version == tonumber(ARGV[6])
elseif condition == 'holder' and string.match(holders, '^[^,]+') ~= ARGV[6] then
  if ARGV[7] == '' and string.find(holders .. ',', ',' .. ARGV[6] .. ',', 1, true) then
    -- It was the holder, did not hear of it, and somebody newer has come since.
    holds = false
  elseif ARGV[7] == '' then
    -- The server's time, which also grows when the bucket was forgotten; and never one that a record had before.
    incarnation = math.max(times.incarnation + 1, now)
  else
    holds = tonumber(ARGV[7]) >= incarnation
    incarnation = tonumber(ARGV[7])
  end
  -- Of those before only a few: nobody tries for longer.
  holders = ARGV[6] .. (holders == '.' and '' or ',' .. string.match(holders, '^[^,]+,?[^,]*,?[^,]*'))
end
if not holds then
  return { 0, digits(now), digits(times.from), digits(times.till), current and record or '' }
end

times.incarnation = math.max(times.incarnation, incarnation)
if lease then
  times.longest = math.max(times.longest, lease)
  if now - times.touched > math.min(times.longest, longestGrace) then
    excuse(times, times.touched, now)
  end
  -- A monitor may find a shorter pause too long: its next claim decides.
  if now - times.touched > times.resumed - times.paused then
    times.paused, times.resumed = times.touched, now
  end
end

-- A bucket that nobody writes to any more goes away as a whole. Its keys are told to last by more than is needed, so that
-- it need not be done with each put.
local last = (lease or 0) + keep
local lasts = now + last > times.lasts
if lasts then
  times.lasts = now + last + math.floor(last / 4)
end
if lease then
  times.touched = now
end
writeClock(clock, times)

local leaseEnd = lease and now + lease or 0
version = version + 1
local isNew = redis.call('HSET', values, key, digits(version) .. ' ' .. digits(incarnation) .. ' ' .. holders .. ' '
  .. digits(leaseEnd) .. ' ' .. digits(now) .. ' ' .. digits(keep) .. ' -\n' .. ARGV[2]) == 1
local hadLease = current and current.leaseEnd > 0
if hadLease and current.leaseEnd <= now then
  redis.call('HDEL', claims, key)
end
if lease then
  isNew = redis.call('ZADD', leases, digits(leaseEnd), key) == 1 or isNew
  if current and (not hadLease or current.settled) then
    redis.call('ZREM', kept, key)
  end
else
  isNew = redis.call('ZADD', kept, digits(now + keep), key) == 1 or isNew
  redis.call('ZREM', leases, key)
end
if lasts or isNew then
  for i = 1, 5 do
    redis.call('PEXPIRE', KEYS[i], digits(times.lasts - now))
  end
end
if KEYS[7] then
  local shown = lease or keep
  if shown > 0 then
    redis.call('SET', KEYS[7], ARGV[10], 'PX', digits(shown))
  end
end
if condition ~= 'holder' then
  redis.call('SET', KEYS[6], digits(version) .. ' ' .. digits(incarnation), 'PX', ARGV[8])
end
if ARGV[9] ~= '' then
  redis.call('PUBLISH', ARGV[9], '')
end
return { 1, digits(version), digits(incarnation) }
