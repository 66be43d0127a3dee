-- A record: "<version> <incarnation> <holders or .> <lease end or 0> <put at> <keep ms> <'s' once its expiry is settled, else '-'>", a line end, the value.
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

-- The hash `clock` knows when somebody last put or claimed. A long pause in that was an outage of the store: what was
-- put before it ('from') and ran out since is excused (until 'until') for the longest lease, for ten minutes at most.
local longestGrace = 600000

local function readClock(clock)
  local known = redis.call('HMGET', clock, 'touched', 'longest', 'from', 'until', 'paused', 'resumed',
    'incarnation', 'lasts')
  return {
    touched = tonumber(known[1] or now),
    longest = tonumber(known[2] or 0),
    from = tonumber(known[3] or 0),
    till = tonumber(known[4] or 0),
    -- The longest pause that a put has ended since the last claim.
    paused = tonumber(known[5] or 0),
    resumed = tonumber(known[6] or 0),
    -- The highest that a record of this bucket ever had.
    incarnation = tonumber(known[7] or 0),
    -- When the bucket goes as a whole, if nobody writes to it.
    lasts = tonumber(known[8] or 0),
  }
end

local function writeClock(clock, times)
  redis.call('HSET', clock, 'touched', digits(times.touched), 'longest', digits(times.longest), 'from', digits(times.from),
    'until', digits(times.till), 'paused', digits(times.paused), 'resumed', digits(times.resumed),
    'incarnation', digits(times.incarnation), 'lasts', digits(times.lasts))
end

local function excuse(times, from, at)
  -- Within a time of grace it is the same outage still.
  times.from = from < times.till and times.from > 0 and math.min(from, times.from) or from
  times.till = math.max(times.till, at + math.min(times.longest, longestGrace))
end
