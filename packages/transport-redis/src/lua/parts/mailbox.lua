-- A mailbox: one list per type. An element is "<sequence> <expires at> <id> <bytes of source> <source><body>".
-- Needs `state` (the mailbox's hash), `typePrefix` and `now`.

local function parse(type, element)
  local sequence, expires, id, bytes, at = string.match(element, '^(%d+) (%d+) (%S+) (%d+) ()')
  return {
    type = type,
    element = element,
    sequence = tonumber(sequence),
    expires = tonumber(expires),
    id = id,
    source = string.sub(element, at, at + bytes - 1),
    bodyAt = at + bytes,
  }
end

-- A receipt: 'restored', or for each message '<bytes> ' and so much: 'b <sequence> <expires at> <id>' for a broadcast,
-- 't <bytes of type> <type><element>' for another.
local function receiptOf(messages)
  local parts = {}
  for i, message in ipairs(messages) do
    local part
    if message.broadcast then
      part = 'b ' .. digits(message.sequence) .. ' ' .. digits(message.expires) .. ' ' .. message.id
    else
      part = 't ' .. #message.type .. ' ' .. message.type .. message.element
    end
    parts[i] = #part .. ' ' .. part
  end
  return table.concat(parts)
end

local function readReceipt(receipt)
  local messages, at = {}, 1
  while receipt ~= 'restored' and at <= #receipt do
    local bytes, first = string.match(receipt, '^(%d+) ()', at)
    local part = string.sub(receipt, first, first + bytes - 1)
    at = first + bytes
    local typeBytes, typeAt = string.match(part, '^t (%d+) ()')
    if typeBytes then
      local type = string.sub(part, typeAt, typeAt + typeBytes - 1)
      messages[#messages + 1] = parse(type, string.sub(part, typeAt + typeBytes))
    else
      local sequence, expires, id = string.match(part, '^b (%d+) (%d+) (%S+)$')
      messages[#messages + 1] =
        { broadcast = true, sequence = tonumber(sequence), expires = tonumber(expires), id = id }
    end
  end
  return messages
end

-- Makes a key last for at least so long.
local function keepFor(key, ms)
  if redis.call('PTTL', key) < ms then
    redis.call('PEXPIRE', key, digits(ms))
  end
end

-- Forgets a type of which nothing is pending any more: names of types may be made up for each use.
local function forgetIfEmpty(type)
  if redis.call('EXISTS', typePrefix .. type) == 0 then
    redis.call('HDEL', state, ':' .. type)
  end
end

-- Every type that may have something pending.
local function allTypes()
  local types = {}
  for _, field in ipairs(redis.call('HKEYS', state)) do
    if string.sub(field, 1, 1) == ':' then
      types[#types + 1] = string.sub(field, 2)
    end
  end
  return types
end

-- Replaces the list of a type, which then lasts for `ttl` milliseconds.
local function rewrite(key, elements, ttl)
  redis.call('DEL', key)
  for first = 1, #elements, 1000 do
    redis.call('RPUSH', key, unpack(elements, first, math.min(first + 999, #elements)))
  end
  if #elements > 0 then
    redis.call('PEXPIRE', key, digits(ttl))
  end
end
