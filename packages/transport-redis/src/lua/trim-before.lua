-- Removes all entries older than an id, on a server whose XTRIM does not know MINID (before 6.2).
-- KEYS[1]  the stream
-- ARGV     the id
-- Reply    how many went
-- @include ids
local removed = 0
local last = idBefore(ARGV[1])
repeat
  local entries = redis.call('XRANGE', KEYS[1], '-', last, 'COUNT', 500)
  local ids = {}
  for i, entry in ipairs(entries) do
    ids[i] = entry[1]
  end
  if #ids > 0 then
    removed = removed + redis.call('XDEL', KEYS[1], unpack(ids))
  end
until #entries < 500
return removed
