-- Removes a group.
-- KEYS[1]  the stream
-- KEYS[2…] what is kept beside the group
-- ARGV     group
-- Reply    1 if there was one else 0
redis.call('DEL', KEYS[2], KEYS[3])
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then
  return 0
end
return redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
