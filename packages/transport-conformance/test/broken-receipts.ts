/** Transports that take or restore messages wrongly. */
import type { Message, TakeRequest } from "@attune/transport";
import { type BrokenTransports, mailboxes, othersFirst } from "./broken-transport.ts";
import { type Posted, TinyMailboxState } from "./tiny-mailboxes.ts";

const { receiptId } = TinyMailboxState;

/** The same take of another number of messages. */
function ofCount(request: TakeRequest, change: (count: number) => number): TakeRequest {
  const { wanted } = request;
  return "anyOf" in wanted ? { ...request, wanted: { ...wanted, count: change(wanted.count) } } : request;
}

/** What a call, which acts at once, makes go from an agent's mailbox. */
function gone(messages: readonly Posted[], agent: string, act: () => void): Posted[] {
  const before = new Set(messages.filter((posted) => posted.gone.has(agent)));
  act();
  return messages.filter((posted) => posted.gone.has(agent) && !before.has(posted));
}

export const brokenReceipts: BrokenTransports = {
  "looks what there is, and then takes it": {
    alter: mailboxes((store, { mailboxes: { messages } }) => ({
      take: async (request) => {
        let taking = Promise.resolve<Message[]>([]);
        const taken = gone(messages, request.agent, () => {
          taking = store.take(request);
        });
        for (const posted of taken) posted.gone.delete(request.agent);
        await othersFirst();
        for (const posted of taken) posted.gone.add(request.agent);
        return taking;
      },
    })),
    failing: [
      "a message goes to one of twenty takers on two transports",
      "of 1000 messages posted while 2 times 8 takers take, none is lost and none doubled",
      "of 300 broadcasts the takers of one agent lose none and double none",
    ],
  },
  "takes more than it gives": {
    alter: mailboxes((store) => ({
      take: async (request) => {
        const more = await store.take(ofCount(request, (count) => count + 1));
        return more.length > 1 ? more.slice(0, -1) : store.take(request);
      },
    })),
    failing: [
      "messages come in the order in which they were posted",
      "of 1000 messages posted while 2 times 8 takers take, none is lost and none doubled",
    ],
  },
  "takes the newest first": {
    alter: mailboxes((store, { mailboxes: { messages } }) => ({
      take: (request) => {
        messages.reverse();
        const taken = store.take(request);
        messages.reverse();
        return taken;
      },
    })),
    failing: ["messages come in the order in which they were posted"],
  },
  "takes what there is of a count": {
    alter: mailboxes((store) => ({
      take: async (request) => {
        for (let fewer = 0; fewer < 10; fewer++) {
          const taken = await store.take(ofCount(request, (count) => Math.max(1, count - fewer)));
          if (taken.length > 0) return taken;
        }
        return [];
      },
    })),
    failing: [
      "a count is taken as a whole or not at all, and the rest stays in its place",
      "racing barriers get whole sets, and what is over stays pending",
    ],
  },
  "takes for each selector by itself": {
    alter: mailboxes((store) => ({
      take: async (request) => {
        if ("anyOf" in request.wanted) return store.take(request);
        const takes = request.wanted.eachOf.map((selector, index) =>
          store.take({
            ...request,
            wanted: { anyOf: [selector], count: 1 },
            receipt: `${request.receipt}${index}`,
          }),
        );
        return (await Promise.all(takes)).flat();
      },
    })),
    failing: ["one for each selector comes in the order of the selectors, or not at all"],
  },
  "gives one for each selector in the order of posting": {
    alter: mailboxes((store, { mailboxes: { messages } }) => ({
      take: async (request) => {
        const taken = await store.take(request);
        return messages.map(({ message }) => message).filter((message) => taken.includes(message));
      },
    })),
    failing: ["one for each selector comes in the order of the selectors, or not at all"],
  },
  "looks at the first selector only": {
    alter: mailboxes((store) => ({
      take: (request) => {
        const { wanted } = request;
        if ("eachOf" in wanted) return store.take(request);
        return store.take({ ...request, wanted: { ...wanted, anyOf: wanted.anyOf.slice(0, 1) } });
      },
    })),
    failing: ["any of several selectors takes the first that one of them selects"],
  },
  "gives a broadcast to its first reader only": {
    alter: mailboxes((store, { mailboxes: { messages } }) => ({
      take: (request) => {
        let taking = Promise.resolve<Message[]>([]);
        const taken = gone(messages, request.agent, () => {
          taking = store.take(request);
        });
        for (const posted of taken) {
          if (posted.message.target === null) messages.splice(messages.indexOf(posted), 1);
        }
        return taking;
      },
    })),
    failing: [
      "fifty agents that look twice each, on two transports, get a broadcast once each",
      "an agent that starts later gets what was broadcast before, in order",
    ],
  },
  "gives a broadcast again and again": {
    alter: mailboxes((store, { mailboxes: { messages } }) => ({
      take: (request) => {
        const taking = store.take(request);
        for (const { message, gone } of messages) if (message.target === null) gone.delete(request.agent);
        return taking;
      },
    })),
    failing: [
      "fifty agents that look twice each, on two transports, get a broadcast once each",
      "the sender gets its own broadcast as everybody does",
    ],
  },
  "keeps what a transport's agents have seen to that transport": {
    alter: (adapter, _, { mailboxes: { messages } }) => {
      const { mailboxes: store } = adapter;
      const seen = new Set<string>();
      return {
        ...adapter,
        mailboxes: {
          ...store,
          take: async (request) => {
            for (const { message, gone } of messages) {
              if (message.target !== null) continue;
              if (seen.has(`${request.agent} ${message.id}`)) gone.add(request.agent);
              else gone.delete(request.agent);
            }
            const taken = await store.take(request);
            for (const { id } of taken) seen.add(`${request.agent} ${id}`);
            return taken;
          },
        },
      };
    },
    failing: ["it is the agent who has taken a broadcast, whatever transport it looks through"],
  },
  "forgets receipts": {
    alter: mailboxes((store, { mailboxes: { receipts } }) => ({
      take: (request) => {
        const taking = store.take(request);
        receipts.delete(receiptId(request.agent, request.receipt));
        return taking;
      },
    })),
    failing: [
      "the same receipt again gives the same messages, also from another transport",
      "twenty takes that race with one receipt all get the same messages",
    ],
  },
  "knows receipts whosever they are": {
    alter: mailboxes((store, { mailboxes: { receipts } }) => ({
      take: async (request) => {
        const taken = await store.take(request);
        const id = receiptId(request.agent, request.receipt);
        for (const agent of ["a", "b"])
          receipts.set(receiptId(agent, request.receipt), receipts.get(id) ?? []);
        return taken;
      },
    })),
    failing: ["a receipt counts for its own agent only"],
  },
  "restores behind everything else": {
    alter: mailboxes((store, { mailboxes: { messages, receipts } }) => ({
      restore: (agent, receipt) => {
        for (const posted of receipts.get(receiptId(agent, receipt)) ?? []) {
          messages.push(...messages.splice(messages.indexOf(posted), 1));
        }
        return store.restore(agent, receipt);
      },
    })),
    failing: [
      "restoring puts back in the old place, for everybody to take",
      "what several takes took is in its old place, in whatever order it is restored",
    ],
  },
  "restores nothing": {
    alter: mailboxes(() => ({ restore: async () => {} })),
    failing: ["restoring puts back in the old place, for everybody to take"],
  },
  "gives what it has restored to a late take": {
    alter: mailboxes((store, { mailboxes: { receipts } }) => ({
      restore: (agent, receipt) => {
        const id = receiptId(agent, receipt);
        const taken = receipts.get(id);
        const restoring = store.restore(agent, receipt);
        if (taken) receipts.set(id, taken);
        return restoring;
      },
    })),
    failing: ["a take with a restored receipt takes nothing", "restoring twice, or at once, restores once"],
  },
  "lets a take that was undone before it came take": {
    alter: mailboxes((store, { mailboxes: { receipts } }) => ({
      restore: async (agent, receipt) => {
        await store.restore(agent, receipt);
        if (receipts.get(receiptId(agent, receipt))?.length === 0) receipts.delete(receiptId(agent, receipt));
      },
    })),
    failing: ["a take that arrives after it was undone takes nothing"],
  },
  "restores no broadcasts": {
    alter: mailboxes((store, { mailboxes: { receipts } }) => ({
      restore: async (agent, receipt) => {
        const taken = receipts.get(receiptId(agent, receipt)) ?? [];
        await store.restore(agent, receipt);
        for (const { message, gone } of taken) if (message.target === null) gone.add(agent);
      },
    })),
    failing: ["a restored broadcast is pending again for the agent that had taken it"],
  },
  "restores what has expired": {
    alter: mailboxes((store, { mailboxes: { receipts } }) => ({
      restore: (agent, receipt) => {
        const expiresAt = performance.now() + 60_000;
        for (const posted of receipts.get(receiptId(agent, receipt)) ?? [])
          Object.assign(posted, { expiresAt });
        return store.restore(agent, receipt);
      },
    })),
    failing: ["what has expired does not come back"],
  },
};
