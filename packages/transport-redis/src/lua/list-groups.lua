-- Where the groups of a stream stand.
-- KEYS[1]  the stream
-- Reply    per group: name, how many are pending, how many are not delivered or -1 when unknown, delivered id, floor
-- @include ids
-- @include group
if not isStream() then
  return {}
end
local info, reply = fieldsOf(redis.call('XINFO', 'STREAM', KEYS[1])), {}
local added, deleted = info['entries-added'], info['max-deleted-entry-id']
local before, first = startOf(info)

-- The server's own lag counts what was trimmed away unread as well.
local function lagOf(delivered, read)
  if not first or not isBefore(delivered, info['last-generated-id']) then
    return 0
  elseif isBefore(delivered, first) then
    return info['length']
  elseif delivered == first then
    return info['length'] - 1
  elseif added and read and (not deleted or isBefore(deleted, delivered)) then
    return math.min(added - read, info['length'])
  end
  return -1
end

for _, list in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = fieldsOf(list)
  reply[#reply + 1] = group['name']
  reply[#reply + 1] = group['pending']
  reply[#reply + 1] = lagOf(group['last-delivered-id'], group['entries-read'])
  reply[#reply + 1] = group['last-delivered-id']
  reply[#reply + 1] = floorOf(group)
end
return reply
