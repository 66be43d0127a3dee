-- Where the stream KEYS[1] and its groups stand. Needs parts/ids.

local function fieldsOf(list)
  local fields = {}
  for i = 1, #list, 2 do
    fields[list[i]] = list[i + 1]
  end
  return fields
end

-- Whether there is a stream; a key that is something else counts as none.
local function isStream()
  return redis.call('TYPE', KEYS[1]).ok == 'stream'
end

-- Nil where there is no such group.
local function readGroup(name)
  if not isStream() then
    return nil
  end
  for _, list in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local fields = fieldsOf(list)
    if fields['name'] == name then
      return fields
    end
  end
  return nil
end

-- How many entries were ever added before the oldest one that is left (before the next one, where none is left), and
-- that oldest one's id. The number is nil where the server does not count, and where entries were taken out of the middle.
local function startOf(info)
  local first = info['first-entry'] and info['first-entry'][1]
  local added, deleted = info['entries-added'], info['max-deleted-entry-id']
  if not added or (first and deleted and not isBefore(deleted, first)) then
    return nil, first
  end
  return added - info['length'], first
end

-- Everything up to here is done.
local function floorOf(group)
  if group['pending'] == 0 then
    return group['last-delivered-id']
  end
  return idBefore(redis.call('XPENDING', KEYS[1], group['name'], '-', '+', 1)[1][1])
end
