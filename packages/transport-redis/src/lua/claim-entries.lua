-- Delivers again what was handed back and is due, and what has been idle for too long.
-- KEYS[1]  the stream
-- KEYS[2]  what was handed back (a sorted set), by when it may be claimed. "lost <id>": it is not pending any more
-- KEYS[3]  deliveries that are not counted (a hash): how many, by id
-- ARGV     group, consumer, count, min idle ms, the consumer that nobody is
-- Reply    {1, floor, {id of a lost entry, …}, {entry, …}, {the server's count of deliveries, what counts of them, …}}
--          {0} where there is no such group
local name, claimer, count, minIdle, nobody = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
-- @include time
-- @include ids
-- @include group
local group = readGroup(name)
if not group then
  return { 0 }
end

-- A consumer that has been away for so long, with nothing pending, is forgotten.
local forgetMs = 24 * 3600 * 1000
-- Entries to claim: {id, …} as XPENDING gives them.
local chosen, lost = {}, {}

local holders, handedBack = {}, 0
for _, list in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], name)) do
  local consumer = fieldsOf(list)
  if consumer['name'] == nobody then
    handedBack = consumer['pending']
  elseif consumer['pending'] > 0 then
    holders[#holders + 1] = consumer['name']
  elseif consumer['idle'] > forgetMs and consumer['name'] ~= claimer then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], name, consumer['name'])
  end
end

-- Somebody has removed the marks of what was handed back: it is due.
if handedBack > redis.call('ZCARD', KEYS[2]) then
  for _, entry in ipairs(redis.call('XPENDING', KEYS[1], name, '-', '+', 1000, nobody)) do
    redis.call('ZADD', KEYS[2], 'NX', digits(now), entry[1])
  end
  if redis.call('PTTL', KEYS[2]) < 0 then
    redis.call('PEXPIRE', KEYS[2], digits(forgetMs))
  end
end

while #chosen + #lost < count do
  local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', digits(now), 'LIMIT', 0, count - #chosen - #lost)
  if #due == 0 then
    break
  end
  for _, member in ipairs(due) do
    local gone = string.match(member, '^lost (.*)$')
    local entry = not gone and redis.call('XPENDING', KEYS[1], name, member, member, 1, nobody)[1]
    if gone then
      lost[#lost + 1] = gone
    elseif entry then
      chosen[#chosen + 1] = entry
    end
    redis.call('ZREM', KEYS[2], member)
  end
end

-- What is idle for long enough, oldest first.
local function idleOf(wanted, ...)
  local found = redis.pcall('XPENDING', KEYS[1], name, 'IDLE', minIdle, '-', '+', wanted, ...)
  if not found.err then
    return found
  end
  -- A server older than 6.2 knows no IDLE, and no exclusive beginnings either.
  found = {}
  local from, seen = '-', nil
  repeat
    local page = redis.call('XPENDING', KEYS[1], name, from, '+', 1000, ...)
    for _, entry in ipairs(page) do
      if entry[1] ~= seen and entry[3] >= tonumber(minIdle) and #found < wanted then
        found[#found + 1] = entry
      end
    end
    from = #page > 0 and page[#page][1]
    seen = from
  until #page < 1000 or #found >= wanted
  return found
end

local wanted = count - #chosen - #lost
if wanted > 0 and #holders > 0 then
  local idle = {}
  if handedBack == 0 then
    idle = idleOf(wanted)
  else
    -- By holder: there may be any number of handed back entries that are not due, and nobody need look through them.
    for _, holder in ipairs(holders) do
      for _, entry in ipairs(idleOf(wanted, holder)) do
        idle[#idle + 1] = entry
      end
    end
    table.sort(idle, function(a, b)
      return isBefore(a[1], b[1])
    end)
  end
  for i = 1, math.min(wanted, #idle) do
    chosen[#chosen + 1] = idle[i]
  end
end

-- The count is given, and one XCLAIM gives one count to all.
local byCount, entries, numbers = {}, {}, {}
for _, entry in ipairs(chosen) do
  local ids = byCount[entry[4]] or {}
  byCount[entry[4]] = ids
  ids[#ids + 1] = entry[1]
end
local uncounted = redis.call('EXISTS', KEYS[3]) == 1
for deliveries, ids in pairs(byCount) do
  for first = 1, #ids, 1000 do
    local part = { unpack(ids, first, math.min(first + 999, #ids)) }
    local size = #part
    local less, given = uncounted and redis.call('HMGET', KEYS[3], unpack(part)) or {}, {}
    part[size + 1], part[size + 2] = 'RETRYCOUNT', deliveries + 1
    for _, entry in ipairs(redis.call('XCLAIM', KEYS[1], name, claimer, 0, unpack(part))) do
      if entry then
        given[entry[1]] = entry
      end
    end
    for i = 1, size do
      local id = part[i]
      if given[id] then
        entries[#entries + 1] = given[id]
        numbers[#numbers + 1] = deliveries + 1
        numbers[#numbers + 1] = deliveries + 1 - tonumber(less[i] or 0)
      else
        -- Trimmed away. A 7 has forgotten by itself that it was pending, a 6 has not.
        redis.call('XACK', KEYS[1], name, id)
        redis.call('HDEL', KEYS[3], id)
        lost[#lost + 1] = id
      end
    end
  end
end
return { 1, floorOf(readGroup(name)), lost, entries, numbers }
