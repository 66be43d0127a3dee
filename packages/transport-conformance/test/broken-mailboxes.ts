/** Transports that post, expire, list or clear messages wrongly. */
import { type BrokenTransports, mailboxes, othersFirst, parts } from "./broken-transport.ts";
import type { Posted } from "./tiny-mailboxes.ts";
import type { TinySpace } from "./tiny-transport.ts";

/** What was posted to a mailbox, or to all, and is not gone; expired or not. */
function posted(space: TinySpace, target: string | null): Posted[] {
  return space.mailboxes.messages.filter(
    ({ message, gone }) => message.target === target && (target === null || !gone.has(target)),
  );
}

const isLive = ({ expiresAt }: Posted) => expiresAt > performance.now();

export const brokenMailboxes: BrokenTransports = {
  "posts an id again": {
    alter: mailboxes((store, space) => ({
      post: (request) => {
        space.mailboxes.ids.clear();
        return store.post(request);
      },
    })),
    failing: [
      "a message posted again with its id is stored once, also after it was taken",
      "fifty that race to post a broadcast with one id, from two transports, store one",
    ],
  },
  "tells an id from another only while its message is pending": {
    alter: mailboxes((store, space) => ({
      post: (request) => {
        if (!posted(space, request.target).some(({ message }) => message.id === request.id)) {
          space.mailboxes.ids.delete(request.id);
        }
        return store.post(request);
      },
    })),
    failing: ["a message posted again with its id is stored once, also after it was taken"],
  },
  "remembers the id of what it refused": {
    alter: mailboxes((store, space) => ({
      post: async (request) => {
        const outcome = await store.post(request);
        space.mailboxes.ids.add(request.id);
        return outcome;
      },
    })),
    failing: ["what was refused by a full mailbox is posted when it is tried again"],
  },
  "drops the oldest of a full mailbox": {
    alter: mailboxes((store, space) => ({
      post: async (request) => {
        const outcome = await store.post(request);
        if (outcome !== "full" || request.target === null) return outcome;
        posted(space, request.target)[0]!.gone.add(request.target);
        return store.post(request);
      },
    })),
    failing: ["a full mailbox takes nothing in and drops nothing, and has room again after a take"],
  },
  "has no limit": {
    alter: mailboxes((store) => ({ post: (request) => store.post({ ...request, maxPending: 100_000 }) })),
    failing: [
      "a full mailbox takes nothing in and drops nothing, and has room again after a take",
      "racing posts, from two transports, fill the broadcasts to its limit and no further",
    ],
  },
  "counts broadcasts in every mailbox": {
    alter: mailboxes((store, space) => ({
      post: async (request) => {
        const { length } = [...posted(space, request.target), ...posted(space, null)];
        return request.target !== null && length >= request.maxPending ? "full" : store.post(request);
      },
    })),
    failing: ["each mailbox is full by itself, and broadcasts are counted by themselves"],
  },
  "counts what has expired": {
    alter: mailboxes((store, space) => ({
      post: async (request) =>
        posted(space, request.target).length >= request.maxPending ? "full" : store.post(request),
    })),
    failing: [
      "a message does not count for the limit after its time",
      "a broadcast does not count for the limit after its time",
    ],
  },
  "looks whether there is room, and then posts": {
    alter: mailboxes((store, space) => ({
      post: async (request) => {
        const { length } = posted(space, request.target);
        await othersFirst();
        return length >= request.maxPending ? "full" : store.post({ ...request, maxPending: 100_000 });
      },
    })),
    failing: ["racing posts, from two transports, fill a mailbox to its limit and no further"],
  },
  "ignores times to live": {
    alter: mailboxes((store) => ({ post: (request) => store.post({ ...request, ttlMs: 60_000 }) })),
    failing: [
      "a message is not taken after its time",
      "a broadcast is not cleared after its time",
      "what lives long comes, before and behind what lives short",
      "what has expired does not come back",
    ],
  },
  "lets a whole mailbox expire with its newest message": {
    alter: mailboxes((store, space) => ({
      post: async (request) => {
        const outcome = await store.post(request);
        const expiresAt = performance.now() + request.ttlMs;
        for (const one of posted(space, request.target)) if (isLive(one)) Object.assign(one, { expiresAt });
        return outcome;
      },
    })),
    failing: [
      "a later message that lives short does not shorten the life of earlier ones",
      "what lives long comes, before and behind what lives short",
    ],
  },
  "lets what has expired hide what has not": {
    alter: mailboxes((store, space) => ({
      take: async (request) => {
        const [head] = posted(space, request.agent);
        return head && !isLive(head) ? [] : store.take(request);
      },
    })),
    failing: ["what lives long comes, before and behind what lives short"],
  },
  "counts what has expired as cleared": {
    alter: mailboxes((store, space) => ({
      clear: async (agent, selector) => {
        const expired = posted(space, agent).filter((one) => !isLive(one));
        return (await store.clear(agent, selector)) + expired.length;
      },
    })),
    failing: ["a message is not cleared after its time"],
  },
  "clears all, whatever is selected": {
    alter: mailboxes((store) => ({ clear: (agent) => store.clear(agent, {}) })),
    failing: ["clearing removes what is selected, says how many, and leaves the rest in place"],
  },
  "clears a broadcast for everybody": {
    alter: mailboxes((store, space) => ({
      clear: async (agent, selector) => {
        const count = await store.clear(agent, selector);
        for (const { message, gone } of posted(space, null)) {
          if (gone.has(agent)) Object.assign(message, { target: agent });
        }
        return count;
      },
    })),
    failing: ["clearing one mailbox leaves the broadcasts in all others"],
  },
  "leaves broadcasts out when clearing": {
    alter: mailboxes((store, space) => ({
      clear: async (agent, selector) => {
        const before = posted(space, null).filter(({ gone }) => !gone.has(agent));
        const count = await store.clear(agent, selector);
        for (const { gone } of before) gone.delete(agent);
        return count;
      },
    })),
    failing: ["clearing counts broadcasts, and removes them once"],
  },
  "lists the newest first": {
    alter: mailboxes((store) => ({ list: async (request) => (await store.list(request)).reverse() })),
    failing: ["a list is the oldest first, as many as asked for, and takes nothing"],
  },
  "lists broadcasts behind everything else": {
    alter: mailboxes((store) => ({
      list: async (request) => {
        const found = await store.list(request);
        return [...found.filter(({ target }) => target !== null), ...found.filter(({ target }) => !target)];
      },
    })),
    failing: ["targeted messages and broadcasts come in one order"],
  },
  "lets an agent called * read all mailboxes": {
    alter: mailboxes((store, space) => ({
      take: async (request) => {
        const [first] = space.mailboxes.messages.filter(isLive);
        const agent = request.agent === "*" && first ? (first.message.target ?? "*") : request.agent;
        return store.take({ ...request, agent });
      },
    })),
    failing: [
      "an agent called * or ? that takes and clears leaves all others their mail",
      "an agent of any name gets its own mail and nobody else's",
    ],
  },
  "joins type and source with a colon": {
    alter: mailboxes((store) => ({
      list: async ({ agent, selector: { type, source }, count }) => {
        const found = await store.list({ agent, selector: {}, count: 100_000 });
        const selected = found.filter((message) =>
          type !== undefined && source !== undefined
            ? `${message.type}:${message.source}` === `${type}:${source}`
            : (type ?? message.type) === message.type && (source ?? message.source) === message.source,
        );
        return selected.slice(0, count);
      },
    })),
    failing: ["type, source and target are kept apart, whatever they hold"],
  },
  "trims bodies": {
    alter: mailboxes((store) => ({
      post: (request) => store.post({ ...request, body: request.body.trim() }),
    })),
    failing: ["texts that a store could take for a number or for nothing stay texts"],
  },
  "is silent when mail comes": {
    alter: parts(({ bell }) => ({
      bell: {
        watch: (topics, ring) =>
          bell.watch(
            topics.filter((topic) => !topic.startsWith("mailbox:")),
            ring,
          ),
      },
    })),
    failing: [
      "it rings for a message to an agent, whoever makes it, time and again",
      "who waits is woken by a message and by a broadcast from another transport",
    ],
  },
  "is silent when a take is restored": {
    alter: mailboxes((store, space) => ({
      restore: (agent, receipt) => {
        space.ring = () => {};
        const restored = store.restore(agent, receipt);
        Reflect.deleteProperty(space, "ring");
        return restored;
      },
    })),
    failing: ["it rings for the agent to whom a take was restored"],
  },
};
