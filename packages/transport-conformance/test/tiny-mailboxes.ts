/** The mailboxes of the tiny transport: one list of messages, each with the agents that it is gone for. */
import type { MailboxStore, Message, MessageSelector, PostRequest, Wanted } from "@attune/transport";
import type { TinySpace } from "./tiny-transport.ts";

export interface Posted {
  readonly message: Message;
  readonly expiresAt: number;
  /** Who took or cleared it. */
  readonly gone: Set<string>;
}

/** What is stored; in the order of posting, which restoring does not change. */
export class TinyMailboxState {
  readonly messages: Posted[] = [];
  readonly ids = new Set<string>();
  /** What each take took, by `receiptId`. */
  readonly receipts = new Map<string, readonly Posted[]>();

  static receiptId(agent: string, receipt: string): string {
    return JSON.stringify([agent, receipt]);
  }
}

const selects = ({ type, source }: MessageSelector, { message }: Posted): boolean =>
  (type === undefined || type === message.type) && (source === undefined || source === message.source);

/** What of the pending messages is wanted, all of it or nothing. */
function choose(pending: readonly Posted[], wanted: Wanted): Posted[] {
  if ("anyOf" in wanted) {
    const chosen = pending.filter((posted) => wanted.anyOf.some((selector) => selects(selector, posted)));
    return chosen.length < wanted.count ? [] : chosen.slice(0, wanted.count);
  }
  const left = [...pending];
  const chosen: Posted[] = [];
  for (const selector of wanted.eachOf) {
    const index = left.findIndex((posted) => selects(selector, posted));
    if (index < 0) return [];
    chosen.push(...left.splice(index, 1));
  }
  return chosen;
}

export function tinyMailboxes(space: TinySpace): MailboxStore {
  const state = space.mailboxes;
  const pendingFor = (agent: string): Posted[] =>
    state.messages.filter(
      ({ message: { target }, expiresAt, gone }) =>
        (target === agent || target === null) && expiresAt > performance.now() && !gone.has(agent),
    );
  const messagesOf = (posted: readonly Posted[]) => posted.map(({ message }) => message);

  return {
    async post({ ttlMs, maxPending, ...message }: PostRequest) {
      space.check();
      if (state.ids.has(message.id)) return "posted";
      const { target } = message;
      const now = performance.now();
      const pending = state.messages.filter(
        (posted) =>
          posted.message.target === target &&
          posted.expiresAt > now &&
          (target === null || !posted.gone.has(target)),
      );
      if (pending.length >= maxPending) return "full";
      state.ids.add(message.id);
      state.messages.push({ message, expiresAt: now + ttlMs, gone: new Set() });
      space.ring(target === null ? "broadcasts" : `mailbox:${target}`);
      return "posted";
    },

    async take({ agent, wanted, receipt }) {
      space.check();
      const before = state.receipts.get(TinyMailboxState.receiptId(agent, receipt));
      if (before) return messagesOf(before);
      const taken = choose(pendingFor(agent), wanted);
      for (const { gone } of taken) gone.add(agent);
      if (taken.length > 0) state.receipts.set(TinyMailboxState.receiptId(agent, receipt), taken);
      return messagesOf(taken);
    },

    async restore(agent, receipt) {
      space.check();
      const taken = state.receipts.get(TinyMailboxState.receiptId(agent, receipt)) ?? [];
      // An empty one stays: a take with this receipt that arrives later takes nothing.
      state.receipts.set(TinyMailboxState.receiptId(agent, receipt), []);
      for (const { gone } of taken) gone.delete(agent);
      if (taken.length > 0) space.ring(`mailbox:${agent}`);
    },

    async list({ agent, selector, count }) {
      space.check();
      const selected = pendingFor(agent).filter((posted) => selects(selector, posted));
      return messagesOf(selected.slice(0, count));
    },

    async clear(agent, selector) {
      space.check();
      const cleared = pendingFor(agent).filter((posted) => selects(selector, posted));
      for (const { gone } of cleared) gone.add(agent);
      return cleared.length;
    },
  };
}
