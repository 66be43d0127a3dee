/** What the suite is divided into: each concern is a heading of the report. */

/** In the order of the suite. Those of outages and restarts are there for transports that tests can do that to. */
export const concerns = [
  "appending",
  "idempotency keys",
  "reading after ids",
  "reading a range",
  "managing streams",
  "reading for a group",
  "settling deliveries",
  "claiming",
  "groups of trimmed streams",
  "posting to mailboxes",
  "taking from mailboxes",
  "racing takers",
  "broadcasts",
  "receipts",
  "restoring",
  "times to live",
  "listing and clearing mailboxes",
  "waiting for mail",
  "records",
  "conditions of puts",
  "holders of records",
  "leases",
  "claims of expiries",
  "settling expiries",
  "excused expiries",
  "lists of records",
  "names",
  "names in groups",
  "names in mailboxes",
  "names in records",
  "payloads",
  "bad arguments",
  "bad arguments of groups",
  "bad arguments of mailboxes",
  "bad arguments of records",
  "the bell",
  "the bell of mailboxes and records",
  "reads that wait",
  "following",
  "cursors",
  "gaps",
  "several followers",
  "what the store says of itself",
  "opening and closing",
  "outages",
  "following over outages",
  "groups in an outage",
  "mailboxes in an outage",
  "restarts of the store",
] as const;

export type Concern = (typeof concerns)[number];

/**
 * What `withDegradation` has a part in: errors, which it turns into neutral values or passes on, the outages that it warns
 * of, and closing. All else it hands on unchanged, whatever the store. Enough for the degraded form of a transport whose
 * plain form passes everything.
 */
export const degradedConcerns: readonly Concern[] = [
  "bad arguments",
  "bad arguments of groups",
  "bad arguments of mailboxes",
  "bad arguments of records",
  "what the store says of itself",
  "opening and closing",
  "outages",
  "following over outages",
  "groups in an outage",
  "mailboxes in an outage",
  "restarts of the store",
];
