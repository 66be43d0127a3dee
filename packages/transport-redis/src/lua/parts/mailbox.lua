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

-- Makes a key last for at least so long.
local function keepFor(key, ms)
  if redis.call('PTTL', key) < ms then
    redis.call('PEXPIRE', key, digits(ms))
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
