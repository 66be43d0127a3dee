-- What is pending, by id.
-- KEYS[1]  the stream
-- KEYS[2]  deliveries that are not counted (a hash)
-- ARGV     group, the smallest id, count, the consumer that nobody is
-- Reply    four texts per entry: id, consumer or '', deliveries, idle ms
local found = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], '+', ARGV[3])
if found.err then
  if string.find(found.err, 'NOGROUP', 1, true) or string.find(found.err, 'WRONGTYPE', 1, true) then
    return {}
  end
  return found
end
local uncounted, reply = redis.call('EXISTS', KEYS[2]) == 1, {}
for _, entry in ipairs(found) do
  local less = uncounted and redis.call('HGET', KEYS[2], entry[1]) or 0
  reply[#reply + 1] = entry[1]
  reply[#reply + 1] = entry[2] == ARGV[4] and '' or entry[2]
  reply[#reply + 1] = entry[4] - tonumber(less)
  reply[#reply + 1] = entry[3]
end
return reply
