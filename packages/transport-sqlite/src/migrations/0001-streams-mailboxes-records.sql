-- One file, several prefixes: what lies under one prefix is a space.
CREATE TABLE space (
  number INTEGER PRIMARY KEY,
  prefix TEXT NOT NULL UNIQUE
) STRICT;

-- The file's clock: milliseconds since 1970 at the start of the machine's monotonic clock. Every process adds the same.
CREATE TABLE clock (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  boot TEXT NOT NULL,
  origin REAL NOT NULL
) STRICT;

---------------------------------------------------------------------------------------------------------------- streams

-- `base`: the ordinal of the newest entry that was removed, with its id in `base_ms` and `base_seq`. Retained is what
-- has a higher one. A stream that is made anew gets another number: whoever remembers the old one notices.
CREATE TABLE stream (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  space INTEGER NOT NULL,
  type TEXT NOT NULL,
  base INTEGER NOT NULL,
  base_ms INTEGER NOT NULL,
  base_seq INTEGER NOT NULL,
  UNIQUE (space, type)
) STRICT;

-- A log per stream in one table and without an index of its own: `id` is the number of the stream above 42 bits of ordinal,
-- so that each stream is one run of rows in the order of its ordinals. The entry's id for users is `ms`-`seq`.
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  ms INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  timestamp TEXT,
  data TEXT,
  source TEXT
) STRICT;

-- For people and other programs: SELECT * FROM event WHERE event_type = '…'.
CREATE VIEW event AS
SELECT prefix, type AS event_type, ms || '-' || seq AS event_id, timestamp, data, source
FROM space
JOIN stream ON stream.space = space.number
JOIN entry ON entry.id > (stream.number << 42 | stream.base) AND entry.id < (stream.number + 1 << 42);

-- Runs of entries that nobody sees any more, to be removed in small pieces.
CREATE TABLE removed_entry (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

-- Ids of new streams begin above those of the deleted ones, so that a cursor of a deleted stream is no cursor of its successor.
CREATE TABLE deleted_stream (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  ms INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;

-- `at`, here and below: microseconds of the file's clock, grown until it was free. The oldest come first.
CREATE TABLE idempotency_key (
  at INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  key TEXT NOT NULL,
  ms INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  UNIQUE (stream, key)
) STRICT;

-------------------------------------------------------------------------------------------------------------- mailboxes

-- `at` is also the order of posting. Without a target: a broadcast.
CREATE TABLE message (
  at INTEGER PRIMARY KEY,
  space INTEGER NOT NULL,
  id TEXT NOT NULL,
  target TEXT,
  type TEXT NOT NULL,
  source TEXT NOT NULL,
  body TEXT NOT NULL,
  expires REAL NOT NULL,
  taken INTEGER NOT NULL
) STRICT;
-- In the order of posting, with everything by which messages are chosen: their bodies are read only of those that are taken.
CREATE INDEX message_pending ON message (space, target, at, type, source, expires) WHERE taken = 0;
CREATE INDEX message_of_type ON message (space, target, type, at, source, expires) WHERE taken = 0;
CREATE INDEX message_expires ON message (expires);

-- Broadcasts that an agent has taken or cleared.
CREATE TABLE seen (
  message INTEGER NOT NULL,
  agent TEXT NOT NULL,
  PRIMARY KEY (message, agent)
) STRICT, WITHOUT ROWID;

-- Ids of what was posted lately.
CREATE TABLE posted (
  at INTEGER PRIMARY KEY,
  space INTEGER NOT NULL,
  id TEXT NOT NULL,
  UNIQUE (space, id)
) STRICT;

-- `messages`: what was taken, as a JSON array of `message.at`; NULL: nothing is to be taken with it any more.
CREATE TABLE receipt (
  at INTEGER PRIMARY KEY,
  space INTEGER NOT NULL,
  agent TEXT NOT NULL,
  receipt TEXT NOT NULL,
  messages TEXT,
  UNIQUE (space, agent, receipt)
) STRICT;

---------------------------------------------------------------------------------------------------------------- records

-- `leased`: how many of its records have a lease whose expiry was not settled. The times tell pauses from losses.
CREATE TABLE bucket (
  number INTEGER PRIMARY KEY,
  space INTEGER NOT NULL,
  name TEXT NOT NULL,
  leased INTEGER NOT NULL DEFAULT 0,
  last_incarnation INTEGER NOT NULL DEFAULT 0,
  touched_at REAL,
  longest_lease_ms REAL NOT NULL DEFAULT 0,
  pause_from REAL NOT NULL DEFAULT 0,
  pause_to REAL NOT NULL DEFAULT 0,
  grace_from REAL NOT NULL DEFAULT 0,
  grace_until REAL NOT NULL DEFAULT 0,
  UNIQUE (space, name)
) STRICT;

-- `id` is the number of the bucket above 42 bits of the record's own: a list of a bucket reads one run of rows.
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  bucket INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  version INTEGER NOT NULL,
  incarnation INTEGER NOT NULL,
  holder TEXT,
  put_at REAL NOT NULL,
  lease_end REAL,
  keep_ms REAL NOT NULL,
  settled INTEGER NOT NULL,
  claimer TEXT,
  claim_until REAL,
  UNIQUE (bucket, key)
) STRICT;
CREATE INDEX record_lease ON record (bucket, lease_end) WHERE settled = 0 AND lease_end IS NOT NULL;
-- What goes away by itself. A beat touches only the index above.
CREATE INDEX record_ends ON record (coalesce(lease_end, put_at) + keep_ms) WHERE settled = 1 OR lease_end IS NULL;

-- Who has held a record, the latest few of each.
CREATE TABLE holder (
  record INTEGER NOT NULL,
  holder TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (record, holder)
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------------------------------------------- bell

-- What the other tables do not tell by growing: restored messages, announced records. A hint; only the latest are kept.
CREATE TABLE ring (
  at INTEGER PRIMARY KEY,
  space INTEGER NOT NULL,
  topic TEXT NOT NULL
) STRICT;
