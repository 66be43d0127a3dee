-- Selectors and broadcasts as arguments, and a walk over what they select.
-- Needs parts/mailbox and `seen` (the agent's sorted set of broadcasts).

local position = 0
local function argument()
  position = position + 1
  return ARGV[position]
end

-- <number of selectors>, then for each its type and its source, '' for any.
local function readSelectors()
  local selectors = {}
  for i = 1, tonumber(argument()) do
    selectors[i] = { type = argument(), source = argument() }
  end
  return selectors
end

-- <number of broadcasts>, then for each its sequence, expires at, id, type and source, in order.
local function readBroadcasts()
  local broadcasts = {}
  for i = 1, tonumber(argument()) do
    broadcasts[i] = {
      broadcast = true,
      sequence = tonumber(argument()),
      expires = tonumber(argument()),
      id = argument(),
      type = argument(),
      source = argument(),
    }
  end
  return broadcasts
end

-- Which selectors select a message is looked up, not tried: there may be a thousand of either.
local function indexOf(selectors)
  local index = {}
  for i, selector in ipairs(selectors) do
    local name = #selector.type .. ' ' .. selector.type .. selector.source
    index[name] = index[name] or { next = 1 }
    table.insert(index[name], i)
  end
  return index
end

-- The first selector that selects a message and is not met yet; `nil` when there is none.
local function firstUnmet(index, met, message)
  local first
  local typed = #message.type .. ' ' .. message.type
  for _, name in ipairs({ typed .. message.source, typed, '0 ' .. message.source, '0 ' }) do
    local list = index[name]
    if list then
      while met[list[list.next]] do
        list.next = list.next + 1
      end
      local i = list[list.next]
      if i and (not first or i < first) then
        first = i
      end
    end
  end
  return first
end

-- The types that any of the selectors could select.
local function typesOf(selectors)
  local types, known = {}, {}
  for _, selector in ipairs(selectors) do
    if selector.type == '' then
      return allTypes()
    end
    if not known[selector.type] then
      known[selector.type] = true
      types[#types + 1] = selector.type
    end
  end
  return types
end

-- Calls give the pending messages of a type one after the other, then nil.
local function overType(type)
  local key, buffer, at, read = typePrefix .. type, {}, 1, 0
  return function()
    while true do
      if at > #buffer then
        -- The first page is small: most takes end with it.
        buffer = redis.call('LRANGE', key, read, read + (read == 0 and 7 or 255))
        if #buffer == 0 then
          if read == 0 then
            forgetIfEmpty(type)
          end
          return nil
        end
        read = read + #buffer
        at = 1
      end
      local message = parse(type, buffer[at])
      at = at + 1
      if message.expires > now then
        return message
      end
    end
  end
end

-- How many of the first broadcasts that were offered are over for this agent: need not be offered again.
local over = 0

local function overBroadcasts(broadcasts)
  local at = 0
  return function()
    while at < #broadcasts do
      at = at + 1
      local message = broadcasts[at]
      if message.expires > now and not redis.call('ZSCORE', seen, message.id) then
        return message
      end
      if over == at - 1 then
        over = at
      end
    end
    return nil
  end
end

-- Visits what is pending in the order of posting, until `visit` answers true.
local function walk(selectors, broadcasts, visit)
  local sources = { overBroadcasts(broadcasts) }
  for _, type in ipairs(typesOf(selectors)) do
    sources[#sources + 1] = overType(type)
  end
  local heads = {}
  for i, source in ipairs(sources) do
    heads[i] = source() or false
  end
  while true do
    local first
    for i, head in ipairs(heads) do
      if head and (not first or head.sequence < heads[first].sequence) then
        first = i
      end
    end
    if not first or visit(heads[first]) then
      return
    end
    heads[first] = sources[first]() or false
  end
end

-- Five texts per message: id, type, source, body and sequence; of a broadcast, whose body lies elsewhere, only the last.
local function report(messages, reply)
  for _, message in ipairs(messages) do
    local n = #reply
    if message.broadcast then
      reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = '', '', '', ''
    else
      reply[n + 1], reply[n + 2], reply[n + 3] = message.id, message.type, message.source
      reply[n + 4] = string.sub(message.element, message.bodyAt)
    end
    reply[n + 5] = digits(message.sequence)
  end
  return reply
end
