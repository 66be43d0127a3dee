-- Gives entries back, of those that are still with their consumer: to a consumer that nobody is.
-- KEYS[1]  the stream
-- KEYS[2]  what was handed back (a sorted set), by when it may be claimed. "lost <id>": it is not pending any more
-- KEYS[3]  deliveries that are not counted (a hash): how many, by id
-- ARGV     as in parts/held, then the consumer that nobody is, delay in ms, '1' if the delivery counts, ms to keep the keys
-- Reply    a text of '1' or '0' for each: whether this was done
-- @include time
-- @include held
local nobody, delay, counted, keep = ARGV[#ARGV - 3], tonumber(ARGV[#ARGV - 2]), ARGV[#ARGV - 1], ARGV[#ARGV]
local due = digits(now + delay)

for first = 1, #held, 1000 do
  local part = { unpack(held, first, math.min(first + 999, #held)) }
  local given, marks = {}, {}
  part[#part + 1] = 'JUSTID'
  for _, id in ipairs(redis.call('XCLAIM', KEYS[1], group, nobody, 0, unpack(part))) do
    given[id] = true
  end
  part[#part] = nil
  for _, id in ipairs(part) do
    marks[#marks + 1] = due
    marks[#marks + 1] = given[id] and id or 'lost ' .. id
    if not given[id] then
      -- Trimmed away meanwhile, and from 7 on not pending any more with this very claim: whoever claims is told.
      redis.call('XACK', KEYS[1], group, id)
      redis.call('HDEL', KEYS[3], id)
    elseif counted == '0' then
      redis.call('HINCRBY', KEYS[3], id, 1)
    end
  end
  redis.call('ZADD', KEYS[2], unpack(marks))
end
-- Both go with their group. Somebody who deletes the stream by hand does not know of them: nothing stays for ever.
if #held > 0 then
  if redis.call('PTTL', KEYS[2]) < delay + tonumber(keep) then
    redis.call('PEXPIRE', KEYS[2], digits(delay + tonumber(keep)))
  end
  if redis.call('PTTL', KEYS[3]) < delay + tonumber(keep) then
    redis.call('PEXPIRE', KEYS[3], digits(delay + tonumber(keep)))
  end
end
return table.concat(answers)
