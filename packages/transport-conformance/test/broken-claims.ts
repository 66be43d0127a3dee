/** Transports that tell, settle or excuse expiries wrongly. */
import { type BrokenTransports, othersFirst, records } from "./broken-transport.ts";

export const brokenClaims: BrokenTransports = {
  "tells everybody of an expiry": {
    alter: records((store, space) => ({
      claimExpired: (request) => {
        for (const record of space.buckets.get(request.bucket)?.records.values() ?? [])
          record.claim = undefined;
        return store.claimExpired(request);
      },
    })),
    failing: [
      "each of thirty expiries is told to one of twenty racing claimers on two transports",
      "the same claimer is told again of what he holds, nobody else is",
    ],
  },
  "looks what has expired, and then claims it": {
    alter: records((store, space) => ({
      claimExpired: async (request) => {
        const known = [...(space.buckets.get(request.bucket)?.records.values() ?? [])];
        const before = known.map((record) => record.claim);
        const claiming = store.claimExpired(request);
        const after = known.map((record) => record.claim);
        for (const [index, record] of known.entries()) record.claim = before[index];
        await othersFirst();
        for (const [index, record] of known.entries()) {
          if (after[index] !== before[index]) record.claim = after[index];
        }
        return claiming;
      },
    })),
    failing: ["each of thirty expiries is told to one of twenty racing claimers on two transports"],
  },
  "tells of each expiry only once": {
    alter: records((store, space) => ({
      claimExpired: async (request) => {
        const claimed = await store.claimExpired(request);
        const bucket = space.buckets.get(request.bucket)!;
        for (const { key } of claimed) bucket.records.get(key)!.settled = true;
        return claimed;
      },
    })),
    failing: ["the same claimer is told again of what he holds, nobody else is"],
  },
  "tells first of what the claimer holds already": {
    alter: records((store, space) => ({
      claimExpired: (request) => {
        for (const record of space.buckets.get(request.bucket)?.records.values() ?? []) {
          if (record.claim?.claimer === request.claimer) record.claim = undefined;
        }
        return store.claimExpired(request);
      },
    })),
    failing: ["a claimer who asks for a few at a time is told of all, what he holds already comes last"],
  },
  "does not keep to holds": {
    alter: records((store) => ({ claimExpired: (request) => store.claimExpired({ ...request, holdMs: 1 }) })),
    failing: ["another claimer is told once the hold is over, and then the first one's claim is void"],
  },
  "tells of more than were asked for": {
    alter: records((store) => ({
      claimExpired: (request) => store.claimExpired({ ...request, count: 1000 }),
    })),
    failing: ["at most as many are told as were asked for"],
  },
  "tells of leases that are about to run out": {
    alter: records((store) => ({
      put: (request) => store.put({ ...request, leaseMs: request.leaseMs && Math.ceil(request.leaseMs / 2) }),
    })),
    failing: ["an expiry is told soon after the lease has run out, and not before"],
  },
  "settles nothing": {
    alter: records((store, space) => ({
      settleExpired: async (request) => {
        const settled = await store.settleExpired(request);
        for (const record of space.buckets.get(request.bucket)?.records.values() ?? [])
          record.settled = false;
        return settled;
      },
    })),
    failing: ["a settled expiry is told to nobody, and the record can still be read"],
  },
  "deletes what is settled": {
    alter: records((store) => ({
      settleExpired: async (request) =>
        (await store.settleExpired(request)) && store.delete(request.bucket, request.key),
    })),
    failing: ["a settled expiry is told to nobody, and the record can still be read"],
  },
  "lets anybody settle": {
    alter: records((store, space) => ({
      settleExpired: (request) => {
        const claimer = space.buckets.get(request.bucket)?.records.get(request.key)?.claim?.claimer;
        return store.settleExpired({ ...request, claimer: claimer ?? request.claimer });
      },
    })),
    failing: [
      "only who holds the claim can settle it, for the version that he was told",
      "another claimer is told once the hold is over, and then the first one's claim is void",
    ],
  },
  "settles what nobody has claimed": {
    alter: records((store, space) => ({
      settleExpired: (request) => {
        const record = space.buckets.get(request.bucket)?.records.get(request.key);
        if (record) record.claim ??= { claimer: request.claimer, until: 0 };
        return store.settleExpired(request);
      },
    })),
    failing: ["only who holds the claim can settle it, for the version that he was told"],
  },
  "settles whatever was put in between": {
    alter: records((store, space) => ({
      settleExpired: (request) => {
        const record = space.buckets.get(request.bucket)?.records.get(request.key);
        if (record) record.claim ??= { claimer: request.claimer, until: 0 };
        return store.settleExpired({ ...request, version: record?.version ?? request.version });
      },
    })),
    failing: ["a put in between keeps a claim from being settled, and expires anew"],
  },
  "keeps a claim over a put": {
    alter: records((store, space) => ({
      put: async (request) => {
        const before = space.buckets.get(request.bucket)?.records.get(request.key)?.claim;
        const outcome = await store.put(request);
        if (outcome.stored) space.buckets.get(request.bucket)!.records.get(request.key)!.claim = before;
        return outcome;
      },
    })),
    failing: ["a put in between keeps a claim from being settled, and expires anew"],
  },
  "keeps a settlement over a put": {
    alter: records((store, space) => ({
      put: async (request) => {
        const before = space.buckets.get(request.bucket)?.records.get(request.key)?.settled ?? false;
        const outcome = await store.put(request);
        if (outcome.stored) space.buckets.get(request.bucket)!.records.get(request.key)!.settled = before;
        return outcome;
      },
    })),
    failing: ["a record that is renewed after it was settled expires and is claimed anew"],
  },
  "excuses nothing": {
    alter: records((store, space) => ({
      claimExpired: (request) => {
        const bucket = space.buckets.get(request.bucket);
        if (bucket) bucket.touchedAt = performance.now();
        return store.claimExpired(request);
      },
    })),
    failing: [
      "what ran out in a pause is excused for the longest lease, then told",
      "a pause in one bucket excuses nothing in another",
    ],
  },
  "sees no pause that a put ends": {
    alter: records((store, space) => ({
      put: (request) => {
        const bucket = space.buckets.get(request.bucket);
        if (bucket) bucket.touchedAt = performance.now();
        return store.put(request);
      },
    })),
    failing: [
      "the first put after a pause excuses too",
      "a pause that a put ended within the longest lease counts when the next claim finds it too long",
    ],
  },
  "forgets pauses that a put ended": {
    alter: records((store, space) => ({
      claimExpired: (request) => {
        const bucket = space.buckets.get(request.bucket);
        if (bucket) bucket.pause = { from: 0, to: 0 };
        return store.claimExpired(request);
      },
    })),
    failing: [
      "a pause that a put ended within the longest lease counts when the next claim finds it too long",
    ],
  },
  "forgets an excuse with the next pause": {
    alter: records((store, space) => ({
      claimExpired: (request) => {
        const bucket = space.buckets.get(request.bucket);
        if (bucket && performance.now() - bucket.touchedAt > request.gapMs)
          bucket.grace = { from: 0, until: 0 };
        return store.claimExpired(request);
      },
    })),
    failing: ["a second pause within the time of grace does not end the excuse"],
  },
  "takes every put for the end of a pause": {
    alter: records((store, space) => ({
      put: async (request) => {
        const outcome = await store.put(request);
        const bucket = space.buckets.get(request.bucket)!;
        bucket.grace = { from: 0, until: performance.now() + bucket.longestLeaseMs };
        return outcome;
      },
    })),
    failing: [
      "a pause within the gap of the claim, or within the longest lease before a put, excuses nothing",
    ],
  },
  "excuses what ran out before the pause": {
    alter: records((store, space) => ({
      claimExpired: async (request) => {
        const claimed = await store.claimExpired(request);
        const { grace } = space.buckets.get(request.bucket)!;
        if (performance.now() >= grace.until) return claimed;
        grace.from = 0;
        return [];
      },
    })),
    failing: ["what had run out before the pause is told all the same"],
  },
  "excuses for the lease that ran out, not for the longest": {
    alter: records((store, space) => ({
      claimExpired: async (request) => {
        const bucket = space.buckets.get(request.bucket)!;
        bucket.longestLeaseMs = Math.min(bucket.longestLeaseMs, 60);
        return store.claimExpired(request);
      },
    })),
    failing: ["what ran out in a pause is excused for the longest lease, then told"],
  },
  "claims in all buckets": {
    alter: records((store, space) => ({
      claimExpired: async (request) => {
        const claims = [...space.buckets.keys()].map((bucket) => store.claimExpired({ ...request, bucket }));
        return (await Promise.all(claims)).flat();
      },
    })),
    failing: ["a claim gives the records as they are, and only what has run out"],
  },
};
