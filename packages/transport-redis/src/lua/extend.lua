-- Entries are not idle as of now, of those that are still with their consumer.
-- KEYS[1]  the stream
-- ARGV     as in parts/held
-- Reply    a text of '1' or '0' for each: whether it is still this delivery's
-- @include ids
-- @include held

-- From 7 on the server forgets that an entry is pending when it is claimed and was trimmed away: only a claim is to
-- notice that. Such an entry stays as idle as it is.
local oldest, present = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1], {}
for _, id in ipairs(held) do
  if oldest and not isBefore(id, oldest[1]) then
    present[#present + 1] = id
  end
end
for first = 1, #present, 1000 do
  local part = { unpack(present, first, math.min(first + 999, #present)) }
  part[#part + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], group, consumer, 0, unpack(part))
end
return table.concat(answers)
