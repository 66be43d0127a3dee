/**
 * Takes that failed and may have taken all the same: the answer was lost, or the store carried it out after its time.
 * Whoever took was told that he got nothing, so each is undone as soon as the store can be reached.
 */
import { type Clock, sleep } from "./clock.ts";
import type { MailboxStore } from "./contract/mailboxes.ts";

export interface LateTakesHost {
  readonly clock: Clock;
  untilAvailable(signal: AbortSignal): Promise<void>;
}

/** Receipts are remembered by stores for at least so long; after that there is nothing to undo. */
const receiptMs = 120_000;
const retryMs = 250;
/** Beyond so many an outage has lasted through more waits than anybody remembers. */
const maxRemembered = 10_000;

export class LateTakes {
  readonly #host: LateTakesHost;
  readonly #restore: MailboxStore["restore"];
  /** By receipt: whose mailbox, and until when it makes sense. */
  readonly #late = new Map<string, { readonly agent: string; readonly until: number }>();
  readonly #closed = new AbortController();
  #working = false;

  constructor(host: LateTakesHost, restore: MailboxStore["restore"]) {
    this.#host = host;
    this.#restore = restore;
  }

  add(agent: string, receipt: string): void {
    if (this.#closed.signal.aborted || this.#late.size >= maxRemembered) return;
    this.#late.set(receipt, { agent, until: this.#host.clock.monotonic() + receiptMs });
    if (!this.#working) void this.#work();
  }

  close(): void {
    this.#closed.abort();
    this.#late.clear();
  }

  async #work(): Promise<void> {
    this.#working = true;
    const { signal } = this.#closed;
    const { clock } = this.#host;
    while (this.#late.size > 0 && !signal.aborted) {
      await this.#host.untilAvailable(signal);
      const failures = await this.#restoreAll();
      if (failures > 0) await sleep(clock, retryMs, { signal, background: true });
    }
    this.#working = false;
  }

  async #restoreAll(): Promise<number> {
    const now = this.#host.clock.monotonic();
    let failures = 0;
    const restoring = [...this.#late].map(async ([receipt, { agent, until }]) => {
      try {
        await this.#restore(agent, receipt);
        this.#late.delete(receipt);
      } catch {
        // Away again, or refusing: what can still be undone is tried again.
        if (until <= now) this.#late.delete(receipt);
        failures++;
      }
    });
    await Promise.all(restoring);
    return failures;
  }
}
