-- Ends that entries are pending, of those that are still with their consumer.
-- KEYS[1]  the stream
-- KEYS[2]  deliveries that are not counted (a hash)
-- ARGV     as in parts/held
-- Reply    a text of '1' or '0' for each: whether this was done
-- @include held
if #held > 0 then
  local uncounted = redis.call('EXISTS', KEYS[2]) == 1
  inParts(held, function(...)
    redis.call('XACK', KEYS[1], group, ...)
    if uncounted then
      redis.call('HDEL', KEYS[2], ...)
    end
  end)
end
return table.concat(answers)
