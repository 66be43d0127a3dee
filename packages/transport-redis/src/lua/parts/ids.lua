-- Entry ids are texts: their parts may exceed 2^53.
local maxPart = '18446744073709551615'

local function isLess(a, b)
  return #a < #b or (#a == #b and a < b)
end

-- Whether an id comes before another one.
local function isBefore(a, b)
  local aMs, aSequence = string.match(a, '^(%d+)%-(%d+)$')
  local bMs, bSequence = string.match(b, '^(%d+)%-(%d+)$')
  if aMs ~= bMs then
    return isLess(aMs, bMs)
  end
  return isLess(aSequence, bSequence)
end

-- The text of a number from 1 on, less one.
local function lessOne(text)
  local head, zeros = string.match(text, '^(%d-)(0*)$')
  local less = string.sub(head, 1, -2) .. (tonumber(string.sub(head, -1)) - 1) .. string.rep('9', #zeros)
  return (string.gsub(less, '^0+(%d)', '%1'))
end

-- The id just before another one; '0-0' has none, and stands for itself.
local function idBefore(id)
  local ms, sequence = string.match(id, '^(%d+)%-(%d+)$')
  if sequence ~= '0' then
    return ms .. '-' .. lessOne(sequence)
  end
  return ms == '0' and id or lessOne(ms) .. '-' .. maxPart
end
