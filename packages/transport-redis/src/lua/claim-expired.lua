-- Claims leases that have run out, for a while.
-- KEYS[1]  values (a hash), KEYS[2] leases (a sorted set), KEYS[3] claims, KEYS[4] clock (hashes)
-- ARGV     claimer, hold ms, count, gap ms
-- Reply    {now, from, until, key, record, …}
local values, leases, claims, clock = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local claimer, hold, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
-- @include time
-- @include record

-- Nothing was ever put: do not begin to count pauses, and leave no key behind.
if redis.call('EXISTS', values) == 0 then
  return { digits(now), '0', '0' }
end
local gap, times = tonumber(ARGV[4]), readClock(clock)
if now - times.touched > gap then
  excuse(times, times.touched, now)
elseif times.resumed - times.paused > gap then
  excuse(times, times.paused, times.resumed)
end
times.paused, times.resumed, times.touched = 0, 0, now
writeClock(clock, times)
if redis.call('PTTL', clock) < 0 then
  redis.call('PEXPIRE', clock, math.max(1, redis.call('PTTL', values)))
end
local reply = { digits(now), digits(times.from), digits(times.till) }
local claimed, seen, own = 0, 0, {}

local function claim(name, record)
  redis.call('HSET', claims, name, digits(now + hold) .. ' ' .. claimer)
  claimed = claimed + 1
  reply[#reply + 1] = name
  reply[#reply + 1] = record
end

while claimed < count do
  local names = redis.call('ZRANGEBYSCORE', leases, '-inf', digits(now), 'LIMIT', seen, 100)
  if #names == 0 then
    break
  end
  seen = seen + #names
  for _, name in ipairs(names) do
    local record = claimed < count and redis.call('HGET', values, name)
    local known = record and parse(record)
    -- Put before the pause, run out since.
    local excused = known and now < times.till and known.putAt <= times.from and known.leaseEnd > times.from
    if known and known.forgetAt > now and not excused then
      local till, holder = string.match(redis.call('HGET', claims, name) or '', '^(%d+) (%S+)$')
      if not till or tonumber(till) <= now then
        claim(name, record)
      elseif holder == claimer then
        own[#own + 1] = { name, record }
      end
    end
  end
end
-- What the claimer holds already comes last: otherwise it would never get beyond what it cannot settle.
for _, held in ipairs(own) do
  if claimed < count then
    claim(held[1], held[2])
  end
end
if claimed > 0 and redis.call('PTTL', claims) < hold then
  redis.call('PEXPIRE', claims, math.max(hold, redis.call('PTTL', values)))
end
return reply
