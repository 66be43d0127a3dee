-- A record: "<version> <incarnation> <holder or .> <lease end or 0> <put at> <keep ms> <'s' once its expiry is settled, else '-'>", a line end, the value.
-- Needs `now`.

local function parse(record)
  local version, incarnation, holder, leaseEnd, putAt, keep, settled, at =
    string.match(record, '^(%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S)\n()')
  local parsed = {
    version = tonumber(version),
    incarnation = tonumber(incarnation),
    holder = holder,
    leaseEnd = tonumber(leaseEnd),
    putAt = tonumber(putAt),
    keep = tonumber(keep),
    settled = settled == 's',
    valueAt = at,
  }
  parsed.forgetAt = (parsed.leaseEnd > 0 and parsed.leaseEnd or parsed.putAt) + parsed.keep
  return parsed
end

-- The hash `clock` knows when somebody last put or claimed. A pause longer than `gap` (nil: than the longest lease) was an
-- outage of the store: what ran out in it (since 'from') is excused for the longest lease (until 'until').
local function touch(clock, gap, longest)
  local known = redis.call('HMGET', clock, 'touched', 'longest', 'from', 'until')
  local touched = tonumber(known[1] or now)
  longest = math.max(longest, tonumber(known[2] or 0))
  local from, till = tonumber(known[3] or 0), tonumber(known[4] or 0)
  if now - touched > (gap or longest) then
    from, till = touched, now + longest
  end
  redis.call('HSET', clock, 'touched', digits(now), 'longest', digits(longest), 'from', digits(from), 'until', digits(till))
  return from, till
end
