-- Which of the given deliveries are still with their consumer: `held`, and `answers` for all of them.
-- ARGV     group, consumer, the smallest and the largest id, how many, then for each: id, the server's count of deliveries
local group, consumer, given = ARGV[1], ARGV[2], tonumber(ARGV[5])
local found = redis.pcall('XPENDING', KEYS[1], group, ARGV[3], ARGV[4], given, consumer)
if found.err then
  if string.find(found.err, 'NOGROUP', 1, true) or string.find(found.err, 'WRONGTYPE', 1, true) then
    return string.rep('0', given)
  end
  return found
end
local counts, held, answers = {}, {}, {}
for _, entry in ipairs(found) do
  counts[entry[1]] = entry[4]
end
for i = 1, given do
  local id, count = ARGV[4 + 2 * i], tonumber(ARGV[5 + 2 * i])
  if counts[id] == nil and #found == given then
    -- Others lie between them, so that not all were found at once.
    local entry = redis.call('XPENDING', KEYS[1], group, id, id, 1, consumer)[1]
    counts[id] = entry and entry[4] or false
  end
  if counts[id] == count then
    held[#held + 1] = id
    counts[id] = false
    answers[i] = '1'
  else
    answers[i] = '0'
  end
end

-- Calls `use` with part after part of a list: a call takes only so many arguments.
local function inParts(list, use)
  for first = 1, #list, 1000 do
    use(unpack(list, first, math.min(first + 999, #list)))
  end
end
