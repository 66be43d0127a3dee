-- Makes a group where there is none by this name; and the stream, empty, where there is none.
-- KEYS[1]  the stream
-- KEYS[2]  what was handed back (a sorted set), KEYS[3] what is not counted (a hash): of a group that went with its stream
-- ARGV     group, 'beginning', 'now' or the id after which it begins
-- Reply    1 if the group is new else 0
local name, from = ARGV[1], ARGV[2]
-- @include time
-- @include ids
-- @include group
if readGroup(name) then
  return 0
end

-- Beyond so many entries behind an id they are not counted: the server would stand still for too long.
local maxCounted = 10000

-- Whether what is added from now on has a larger id.
local function isPast(id)
  return tonumber(string.match(id, '^%d+')) < now
end

local id, ordinal = from, nil
if not isStream() then
  id = (from == 'beginning' or from == 'now') and '0-0' or from
  ordinal = isPast(id) and 0 or nil
else
  local info = fieldsOf(redis.call('XINFO', 'STREAM', KEYS[1]))
  local added, last = info['entries-added'], info['last-generated-id']
  local before, first = startOf(info)
  if from == 'now' or (from == 'beginning' and not first) then
    id, ordinal = last, added
  elseif from == 'beginning' then
    -- With nothing trimmed there is no need to begin elsewhere than at the very beginning.
    id, ordinal = before == 0 and '0-0' or idBefore(first), before
  elseif not isBefore(from, last) then
    ordinal = (from == last or isPast(from)) and added or nil
  elseif not first or isBefore(from, first) then
    ordinal = before
  elseif before then
    -- In the middle: what is behind it is counted, since no index tells.
    local behind, top = 0, '+'
    repeat
      local page = redis.call('XREVRANGE', KEYS[1], top, '(' .. from, 'COUNT', 1000)
      behind = behind + #page
      top = #page == 1000 and '(' .. page[#page][1]
    until not top or behind >= maxCounted
    ordinal = not top and added - behind or nil
  end
end

local reply
if ordinal then
  reply = redis.pcall('XGROUP', 'CREATE', KEYS[1], name, id, 'MKSTREAM', 'ENTRIESREAD', ordinal)
end
-- A server that does not count refuses the number, if there is no stream yet by which to tell.
if not ordinal or (reply.err and ordinal == 0) then
  reply = redis.pcall('XGROUP', 'CREATE', KEYS[1], name, id, 'MKSTREAM')
end
if reply.err then
  return reply
end
redis.call('DEL', KEYS[2], KEYS[3])
return 1
