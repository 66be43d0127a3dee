-- What a group has missed, right before it reads on: in one transaction with the XREADGROUP. Where entries were trimmed
-- away before they were read, the group goes on behind them: so everything is told once, and the server's own count of what
-- the group has read stays right. (XREADGROUP itself adds up what it delivers or, from 7.4 on, also what it steps over.)
-- KEYS[1]  the stream
-- ARGV     group
-- Reply    {1, how many it has missed since this was last told or -1 when unknown, floor, how many are pending}
--          {0} where there is no such group
local name = ARGV[1]
-- @include ids
-- @include group
local group = readGroup(name)
if not group then
  return { 0 }
end

local info = fieldsOf(redis.call('XINFO', 'STREAM', KEYS[1]))
local added, last = info['entries-added'], info['last-generated-id']
local delivered, read = group['last-delivered-id'], group['entries-read']
local before, first = startOf(info)
local missed = 0

-- The group goes on behind `id`, which the server had given `ordinal` entries up to.
local function goOnBehind(id, ordinal)
  if ordinal then
    redis.call('XGROUP', 'SETID', KEYS[1], name, id, 'ENTRIESREAD', ordinal)
  else
    redis.call('XGROUP', 'SETID', KEYS[1], name, id)
  end
  group['last-delivered-id'] = id
end

if delivered == last then
  -- All is read. What the count lacks was trimmed away while others read for this group without this script.
  if added and read ~= added then
    missed = read and math.max(0, added - read) or 0
    goOnBehind(last, added)
  end
elseif isBefore(delivered, last) and (not first or isBefore(delivered, first)) then
  -- Everything from behind the delivered id to the first entry is gone, if there was anything.
  local upTo = first and idBefore(first) or last
  if before and read then
    missed = math.max(0, before - read)
  elseif delivered ~= upTo then
    -- With counts: whether anything is gone at all. Without: whether the delivered one is; from the very beginning, nobody knows.
    local isGone = not first or delivered ~= '0-0'
    if added then
      isGone = added - info['length'] > (read or 0)
    end
    missed = isGone and -1 or 0
  end
  if missed ~= 0 then
    goOnBehind(upTo, before)
  end
end
return { 1, missed, floorOf(group), group['pending'] }
