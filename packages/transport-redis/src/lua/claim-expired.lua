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
local from, till = touch(clock, tonumber(ARGV[4]), 0)
if redis.call('PTTL', clock) < 0 then
  redis.call('PEXPIRE', clock, math.max(1, redis.call('PTTL', values)))
end
local reply = { digits(now), digits(from), digits(till) }
local latest = now < till and from or now
local claimed, seen = 0, 0
while claimed < count do
  local names = redis.call('ZRANGEBYSCORE', leases, '-inf', digits(latest), 'LIMIT', seen, 100)
  if #names == 0 then
    break
  end
  seen = seen + #names
  for _, name in ipairs(names) do
    local record = claimed < count and redis.call('HGET', values, name)
    if record and parse(record).forgetAt > now then
      local till, holder = string.match(redis.call('HGET', claims, name) or '', '^(%d+) (%S+)$')
      if not till or holder == claimer or tonumber(till) <= now then
        redis.call('HSET', claims, name, digits(now + hold) .. ' ' .. claimer)
        claimed = claimed + 1
        reply[#reply + 1] = name
        reply[#reply + 1] = record
      end
    end
  end
end
if claimed > 0 and redis.call('PTTL', claims) < hold then
  redis.call('PEXPIRE', claims, math.max(hold, redis.call('PTTL', values)))
end
return reply
