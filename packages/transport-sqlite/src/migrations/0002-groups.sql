----------------------------------------------------------------------------------------------------------------- groups

-- A group goes with its stream, which has another number when it is made anew. `delivered`: the ordinal up to which entries
-- were delivered; `delivered_id`: the newest one's id, or where the group began. `pending`: how many of its entries are.
CREATE TABLE consumer_group (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  stream INTEGER NOT NULL,
  name TEXT NOT NULL,
  delivered INTEGER NOT NULL,
  delivered_id TEXT NOT NULL,
  pending INTEGER NOT NULL,
  touched_at REAL NOT NULL,
  UNIQUE (stream, name)
) STRICT;

-- What was delivered or handed back, and not acknowledged. `id` is the number of the group above 42 bits of the entry's ordinal;
-- `ms`-`seq` is the entry's own, which may be trimmed away meanwhile. Handed back: no consumer and no token, but a time (`due`).
-- `since`: delivered, extended or handed back.
CREATE TABLE pending_entry (
  id INTEGER PRIMARY KEY,
  ms INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  consumer TEXT,
  token INTEGER,
  deliveries INTEGER NOT NULL,
  since REAL NOT NULL,
  due REAL
) STRICT;
-- Each entry is in one of them, by its group: what may be claimed comes first.
CREATE INDEX pending_held ON pending_entry (id >> 42, since) WHERE consumer IS NOT NULL;
CREATE INDEX pending_handed_back ON pending_entry (id >> 42, due) WHERE consumer IS NULL;

-- Groups that nobody sees any more: what was pending with them is removed in small pieces.
CREATE TABLE removed_group (
  number INTEGER PRIMARY KEY
) STRICT;
