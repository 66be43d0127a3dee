-- The server's time: `us` in microseconds (the order of posting), `now` in milliseconds.
local time = redis.call('TIME')
local us = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now = math.floor(us / 1000)

-- Numbers beyond 2^31 as digits.
local function digits(number)
  return string.format('%.0f', number)
end
