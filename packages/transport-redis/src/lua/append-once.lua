-- Appends an entry unless its idempotency key was used before; either way answers with the id of the one entry.
-- KEYS[1]  the stream
-- KEYS[2]  the dedupe key, in the same slot
-- ARGV     max length, dedupe window in ms, event_type, timestamp, data, source (all opaque)
-- Reply    the entry id
local known = redis.call('GET', KEYS[2])
if known then
  return known
end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*',
  'event_type', ARGV[3], 'timestamp', ARGV[4], 'data', ARGV[5], 'source', ARGV[6])
redis.call('SET', KEYS[2], id, 'PX', ARGV[2])
return id
