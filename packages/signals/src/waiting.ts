/** The waits of one agent: each looks, sleeps until the agent's mailbox is rung, looks again; all can be ended at once. */
import { type Message, type Transport, waitFor } from "@attune/transport";

export interface MailboxWait {
  readonly transport: Transport;
  readonly agent: string;
  /** Takes from the mailbox; `[]`: nothing yet. */
  readonly take: () => Promise<Message[]>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export class Waits {
  readonly #ends = new Set<() => void>();
  #over = false;

  /**
   * What `take` took, or `[]` after the timeout, an abort, `endAll`, or the closing of the transport. A take under way
   * settles before any of these counts: what it took is returned.
   */
  async wait({ transport, agent, take, timeoutMs, signal }: MailboxWait): Promise<Message[]> {
    if (this.#over || signal?.aborted) return [];
    const ending = new AbortController();
    const end = () => ending.abort();
    const stopListening = transport.onStatus((status) => {
      if (status === "closed") end();
    });
    this.#ends.add(end);
    signal?.addEventListener("abort", end);
    try {
      const taken = await waitFor({
        bell: transport.bell,
        topics: [`mailbox:${agent}`, "broadcasts"],
        clock: transport.clock,
        timeoutMs,
        signal: ending.signal,
        look: async () => {
          const messages = await take();
          return messages.length > 0 ? messages : undefined;
        },
      });
      return taken ?? [];
    } finally {
      signal?.removeEventListener("abort", end);
      this.#ends.delete(end);
      stopListening();
    }
  }

  /** Ends every wait, and those that begin later at once. */
  endAll(): void {
    this.#over = true;
    for (const end of this.#ends) end();
  }
}
