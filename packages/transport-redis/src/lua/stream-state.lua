-- Where a stream stands, without the entries that XINFO STREAM would send along.
-- KEYS[1]  the stream
-- ARGV     '1' to count its bytes as well
-- Reply    {length, entries added or -1 where the server does not count, last id, first id or '', bytes or -1}
--          a missing key, or one that is no stream, counts as an empty stream; any other refusal is passed on
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
if info.err then
  if not string.find(info.err, 'no such key', 1, true) and not string.find(info.err, 'WRONGTYPE', 1, true) then
    return info
  end
  return { 0, 0, '0-0', '', 0 }
end
local fields = {}
for i = 1, #info, 2 do
  fields[info[i]] = info[i + 1]
end
local first = fields['first-entry']
local bytes = -1
if ARGV[1] == '1' then
  local usage = redis.pcall('MEMORY', 'USAGE', KEYS[1])
  if type(usage) == 'number' then
    bytes = usage
  end
end
return {
  fields['length'],
  fields['entries-added'] or -1,
  fields['last-generated-id'],
  first and first[1] or '',
  bytes,
}
