/** Mailboxes as lists in the order of posting. */
import type {
  Clock,
  ListRequest,
  MailboxStore,
  Message,
  MessageSelector,
  PostOutcome,
  PostRequest,
  TakeRequest,
  Topic,
  Wanted,
} from "@attune/transport";

/** How long a receipt, and the id of what was posted, is remembered. */
const rememberMs = 120_000;

/** What the mailboxes need from their store. */
interface MailboxesHost {
  readonly clock: Clock;
  ring(topic: Topic): void;
  /** Throws while an outage is simulated. */
  assertAvailable(): void;
}

interface Posted {
  readonly message: Message;
  /** Grows with every post: the order of a mailbox, broadcasts included. */
  readonly sequence: number;
  readonly expiresAt: number;
}

/** What a take took, until it is forgotten; `undefined` where it was restored. Insertion order is age here too. */
interface Receipt {
  readonly taken: readonly Posted[] | undefined;
  readonly until: number;
}

interface Mailbox {
  /** To this agent alone, in order. */
  pending: Posted[];
  /** Broadcasts that this agent has taken or cleared, until their time is over. */
  readonly seen: Map<string, number>;
  readonly receipts: Map<string, Receipt>;
}

export class MemoryMailboxes implements MailboxStore {
  readonly #host: MailboxesHost;
  readonly #mailboxes = new Map<string, Mailbox>();
  #broadcasts: Posted[] = [];
  /** Ids posted lately. Insertion order is age, so that the forgettable ones are at the front. */
  readonly #ids = new Map<string, number>();
  #sequence = 0;

  constructor(host: MailboxesHost) {
    this.#host = host;
  }

  async post({ ttlMs, maxPending, ...message }: PostRequest): Promise<PostOutcome> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    for (const [id, until] of this.#ids) {
      if (until > now) break;
      this.#ids.delete(id);
    }
    if (this.#ids.has(message.id)) return "posted";
    const { target } = message;
    const pending = target === null ? this.#liveBroadcasts(now) : this.#livePending(target, now);
    if (pending.length >= maxPending) return "full";
    this.#ids.set(message.id, now + rememberMs);
    const { id, type, source, body } = message;
    const posted = Object.freeze({ id, target, type, source, body });
    pending.push({ message: posted, sequence: ++this.#sequence, expiresAt: now + ttlMs });
    this.#host.ring(target === null ? "broadcasts" : `mailbox:${target}`);
    return "posted";
  }

  async take({ agent, wanted, receipt, arrived = [] }: TakeRequest): Promise<Message[]> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    const mailbox = this.#mailbox(agent);
    for (const known of arrived) mailbox.receipts.delete(known);
    for (const [known, { until }] of mailbox.receipts) {
      if (until > now) break;
      mailbox.receipts.delete(known);
    }
    const before = mailbox.receipts.get(receipt);
    if (before) return (before.taken ?? []).map(({ message }) => message);
    const taken = choose(this.#visible(agent, now), wanted);
    if (taken.length === 0) return [];
    this.#remove(mailbox, taken);
    mailbox.receipts.set(receipt, { taken, until: now + rememberMs });
    return taken.map(({ message }) => message);
  }

  async restore(agent: string, receipt: string): Promise<void> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    const mailbox = this.#mailbox(agent);
    const taken = mailbox.receipts.get(receipt)?.taken ?? [];
    mailbox.receipts.set(receipt, { taken: undefined, until: now + rememberMs });
    const targeted = taken.filter(({ message }) => message.target !== null);
    for (const { message } of taken) if (message.target === null) mailbox.seen.delete(message.id);
    mailbox.pending = [...mailbox.pending, ...targeted].sort((a, b) => a.sequence - b.sequence);
    if (taken.length > 0) this.#host.ring(`mailbox:${agent}`);
  }

  async list({ agent, selector, count }: ListRequest): Promise<Message[]> {
    this.#host.assertAvailable();
    return this.#visible(agent, this.#host.clock.monotonic())
      .filter(({ message }) => selects(selector, message))
      .slice(0, count)
      .map(({ message }) => message);
  }

  async clear(agent: string, selector: MessageSelector): Promise<number> {
    this.#host.assertAvailable();
    const cleared = this.#visible(agent, this.#host.clock.monotonic()).filter(({ message }) =>
      selects(selector, message),
    );
    this.#remove(this.#mailbox(agent), cleared);
    return cleared.length;
  }

  /** What this agent could take, in order. */
  #visible(agent: string, now: number): Posted[] {
    const pending = this.#livePending(agent, now);
    const { seen } = this.#mailbox(agent);
    for (const [id, until] of seen) if (until <= now) seen.delete(id);
    const broadcasts = this.#liveBroadcasts(now).filter(({ message }) => !seen.has(message.id));
    if (broadcasts.length === 0) return pending;
    return [...pending, ...broadcasts].sort((a, b) => a.sequence - b.sequence);
  }

  #remove(mailbox: Mailbox, gone: readonly Posted[]): void {
    if (gone.length === 0) return;
    const going = new Set(gone);
    mailbox.pending = mailbox.pending.filter((posted) => !going.has(posted));
    for (const { message, expiresAt } of gone) {
      if (message.target === null) mailbox.seen.set(message.id, expiresAt);
    }
  }

  #livePending(agent: string, now: number): Posted[] {
    const mailbox = this.#mailbox(agent);
    mailbox.pending = withoutExpired(mailbox.pending, now);
    return mailbox.pending;
  }

  #liveBroadcasts(now: number): Posted[] {
    this.#broadcasts = withoutExpired(this.#broadcasts, now);
    return this.#broadcasts;
  }

  #mailbox(agent: string): Mailbox {
    let mailbox = this.#mailboxes.get(agent);
    if (!mailbox) {
      mailbox = { pending: [], seen: new Map(), receipts: new Map() };
      this.#mailboxes.set(agent, mailbox);
    }
    return mailbox;
  }
}

function choose(visible: readonly Posted[], wanted: Wanted): Posted[] {
  if ("anyOf" in wanted) {
    const { anyOf, count } = wanted;
    const chosen: Posted[] = [];
    for (const posted of visible) {
      if (!anyOf.some((selector) => selects(selector, posted.message))) continue;
      chosen.push(posted);
      if (chosen.length === count) return chosen;
    }
    return [];
  }
  const chosen = new Set<Posted>();
  for (const selector of wanted.eachOf) {
    const found = visible.find((posted) => !chosen.has(posted) && selects(selector, posted.message));
    if (!found) return [];
    chosen.add(found);
  }
  return [...chosen];
}

function selects({ type, source }: MessageSelector, message: Message): boolean {
  return (type === undefined || type === message.type) && (source === undefined || source === message.source);
}

function withoutExpired(posted: Posted[], now: number): Posted[] {
  return posted.some(({ expiresAt }) => expiresAt <= now)
    ? posted.filter(({ expiresAt }) => expiresAt > now)
    : posted;
}
