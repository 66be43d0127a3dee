/** Transports that put, read, list or count records wrongly. */
import type { PutCondition } from "@attune/transport";
import { type BrokenTransports, othersFirst, records } from "./broken-transport.ts";

/** Puts that are carried out although a condition does not hold. */
const ignoring = (kind: "absent" | "version" | "incarnation") =>
  records((store) => ({
    put: async (request) => {
      const outcome = await store.put(request);
      const { condition } = request;
      if (outcome.stored || !condition || !(kind in condition)) return outcome;
      return store.put({ ...request, condition: undefined });
    },
  }));

export const brokenRecords: BrokenTransports = {
  "puts what is there already": {
    alter: ignoring("absent"),
    failing: [
      "a put for a record that must not be there is refused where it is",
      "of fifty that race to put a record first, from two transports, one wins",
    ],
  },
  "ignores versions": {
    alter: ignoring("version"),
    failing: [
      "a put for a version is carried out on this version only",
      "twenty that count up together, by versions, lose no count",
    ],
  },
  "does not fence off old holders": {
    alter: ignoring("incarnation"),
    failing: [
      "a new holder gets a higher incarnation, and fences off the one before",
      "fifty holders that race each get an incarnation of their own, and one is left",
    ],
  },
  "lets a fenced holder come back as a new one": {
    alter: records((store, space) => ({
      put: (request) => {
        space.buckets.get(request.bucket)?.holders.clear();
        return store.put(request);
      },
    })),
    failing: ["a holder that was fenced off before it heard of its incarnation stays so"],
  },
  "looks at a condition, and then puts": {
    alter: records((store) => {
      const holds = async (condition: PutCondition, bucket: string, key: string) => {
        const [current] = await store.get(bucket, [key]);
        return "absent" in condition
          ? !current
          : !("version" in condition) || current?.version === condition.version;
      };
      return {
        put: async (request) => {
          const { condition, bucket, key } = request;
          if (!condition || "holder" in condition || !(await holds(condition, bucket, key)))
            return store.put(request);
          await othersFirst();
          return store.put({ ...request, condition: undefined });
        },
      };
    }),
    failing: [
      "of fifty that race to put a record first, from two transports, one wins",
      "of fifty that race for one version, from two transports, one wins",
      "twenty that count up together, by versions, lose no count",
    ],
  },
  "does not say what is there instead": {
    alter: records((store) => ({
      put: async (request) => {
        const outcome = await store.put(request);
        return outcome.stored ? outcome : { ...outcome, current: null };
      },
    })),
    failing: ["a put for a record that must not be there is refused where it is"],
  },
  "begins incarnations anew after a deletion": {
    alter: records((store, space) => ({
      delete: (bucket, key) => {
        const known = space.buckets.get(bucket);
        if (known) known.lastIncarnation = 0;
        return store.delete(bucket, key);
      },
    })),
    failing: ["incarnations do not go back when the record is deleted"],
  },
  "gives a holder a new incarnation with each put": {
    alter: records((store) => {
      let puts = 0;
      return {
        put: (request) => {
          const { condition } = request;
          if (!condition || !("holder" in condition) || condition.incarnation !== undefined)
            return store.put(request);
          return store.put({ ...request, condition: { holder: `${condition.holder}-${puts++}` } });
        },
      };
    }),
    failing: ["the same holder keeps its incarnation, said or not"],
  },
  "forgets a record with its lease": {
    alter: records((store) => ({
      put: (request) => store.put({ ...request, keepMs: request.leaseMs === null ? request.keepMs : 0 }),
    })),
    failing: [
      "a lease that has run out shows as such while the record is kept, then it is gone",
      "one record's time has nothing to do with another's",
    ],
  },
  "never forgets": {
    alter: records((store) => ({ put: (request) => store.put({ ...request, keepMs: 60_000 }) })),
    failing: [
      "what is not kept is gone with its lease",
      "one record's time has nothing to do with another's",
    ],
  },
  "does not renew leases": {
    alter: records((store, space) => ({
      put: async (request) => {
        const before = space.buckets.get(request.bucket)?.records.get(request.key)?.leaseEnd;
        const outcome = await store.put(request);
        const record = space.buckets.get(request.bucket)!.records.get(request.key);
        if (before && record?.leaseEnd) Object.assign(record, { leaseEnd: before });
        return outcome;
      },
    })),
    failing: ["a put renews the lease, from shorter to longer and back"],
  },
  "counts records that have no lease, or none any more": {
    alter: records((store, space) => ({
      count: async (bucket) => {
        await store.count(bucket);
        return space.buckets.get(bucket)!.records.size;
      },
    })),
    failing: ["the count is of leases that have not run out"],
  },
  "leaves out keys that it does not find": {
    alter: records((store) => ({
      get: async (bucket, keys) => (await store.get(bucket, keys)).filter((record) => record !== null),
    })),
    failing: ["several keys are read in the order asked for, with null where there is none"],
  },
  "reads keys in an order of its own": {
    alter: records((store) => ({ get: (bucket, keys) => store.get(bucket, [...keys].sort()) })),
    failing: ["several keys are read in the order asked for, with null where there is none"],
  },
  "counts versions on after a deletion": {
    alter: records((store) => {
      let deleted = 0;
      return {
        delete: async (bucket, key) => {
          const [record] = await store.get(bucket, [key]);
          deleted += record?.version ?? 0;
          return store.delete(bucket, key);
        },
        put: async (request) => {
          const outcome = await store.put(request);
          return outcome.stored ? { ...outcome, version: outcome.version + deleted } : outcome;
        },
      };
    }),
    failing: ["deleting tells whether there was a record, and leaves nothing of it"],
  },
  "misses a page": {
    alter: records((store) => ({
      list: async (request) => {
        const page = await store.list(request);
        return request.from !== null && page.next !== null
          ? { ...page, records: page.records.slice(1) }
          : page;
      },
    })),
    failing: ["the pages of 2500 records miss none"],
  },
  "lists by position": {
    alter: records((store) => ({
      list: async ({ bucket, from, count }) => {
        const { records: all } = await store.list({ bucket, from: null, count: 10_000 });
        const end = Number(from ?? 0) + count;
        return { records: all.slice(end - count, end), next: end < all.length ? `${end}` : null };
      },
    })),
    failing: ["what is there all the while is listed, whatever else comes, changes and goes"],
  },
  "keeps one place for all lists": {
    alter: records((store) => {
      const places = new Map<string, string>();
      return {
        list: async (request) => {
          const from = request.from === null ? null : (places.get(request.bucket) ?? null);
          const page = await store.list({ ...request, from });
          if (page.next !== null) places.set(request.bucket, page.next);
          return page;
        },
      };
    }),
    failing: ["several lists of one bucket do not disturb each other"],
  },
  "cuts off bucket names": {
    alter: records((store) => {
      const cut = (bucket: string) => bucket.replace(/-.*/, "");
      return {
        put: (request) => store.put({ ...request, bucket: cut(request.bucket) }),
        get: (bucket, keys) => store.get(cut(bucket), keys),
        count: (bucket) => store.count(cut(bucket)),
      };
    }),
    failing: ["buckets do not see each other"],
  },
  "deletes what begins alike": {
    alter: records((store, space) => ({
      delete: (bucket, key) => {
        const keys = space.buckets.get(bucket)?.records;
        for (const other of keys?.keys() ?? [])
          if (other !== key && other.startsWith(key)) keys!.delete(other);
        return store.delete(bucket, key);
      },
    })),
    failing: ["deleting one key deletes no other, whatever they are called"],
  },
  "does not announce puts": {
    alter: records((store) => ({ put: (request) => store.put({ ...request, announce: false }) })),
    failing: ["it rings for a put that is announced, whoever makes it, time and again"],
  },
};
