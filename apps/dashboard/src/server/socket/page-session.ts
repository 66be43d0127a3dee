/** What a page is told from its hello on: what it has missed, then what changes, with nothing between the two. */
import { setTimeout as pause } from "node:timers/promises";
import { untilAvailable } from "@attune/transport";
import { catchUp, idsOf } from "../../live/catch-up.ts";
import type { Missed } from "../../live/event-log.ts";
import { recentEvents } from "../../live/live-events.ts";
import type { LiveFleet } from "../../live/live-fleet.ts";
import { areOfTooMany } from "../../live/told-positions.ts";
import type { EventPosition, Hello } from "../../protocol/messages.ts";
import type { PageConnection } from "./page-connection.ts";

export interface PageSessionOptions {
  readonly fleet: LiveFleet;
  /** Another one after each start. */
  readonly serverId: string;
  readonly version: string;
  readonly readOnly: boolean;
  readonly responder: string;
}

/** Whoever cannot be given what it has missed within this begins anew. */
const catchUpMs = 5000;
/** A server that has only just begun knows in a moment where the events stand. */
const promptMs = 1000;

export class PageSession {
  readonly #options: PageSessionOptions;
  readonly #page: PageConnection;
  readonly #ending = new AbortController();
  #stopReading: (() => void) | undefined;

  constructor(options: PageSessionOptions, page: PageConnection, { resume }: Hello) {
    this.#options = options;
    this.#page = page;
    if (resume) void this.#resume(resume.positions);
    else this.#beginAnew(0);
  }

  close(): void {
    this.#ending.abort();
    this.#stopReading?.();
  }

  async #resume(positions: readonly EventPosition[]): Promise<void> {
    const { fleet } = this.#options;
    const { signal } = this.#ending;
    const { transport, streamer, events: live } = fleet;
    if (areOfTooMany(positions)) return this.#beginAnew(null);
    const kept = live.since(idsOf(positions));
    if (kept) return this.#goOn(kept);
    try {
      if (transport.status === "available")
        await Promise.race([live.ready, pause(promptMs), aborted(signal)]);
      if (!this.#canCatchUp()) {
        // It keeps what it has, and sees the rest, until the store can be asked.
        this.#tell({ resumed: true, missed: 0, positions }, [], { events: false });
        do {
          await untilAvailable(transport, signal);
          await Promise.race([live.ready, aborted(signal)]);
        } while (!signal.aborted && !this.#canCatchUp());
      }
      const options = { transport, streamer, live, positions, signal, timeoutMs: catchUpMs };
      if (!signal.aborted && (await catchUp(options, (missed) => this.#goOn(missed)))) return;
    } catch (error) {
      if (signal.aborted) return;
      transport.logger.warn(
        `attune: a page could not be given what it has missed: ${(error as Error).message}`,
      );
    }
    if (!signal.aborted) this.#beginAnew(live.missedSince(positions, recentEvents));
  }

  #canCatchUp(): boolean {
    const { transport, events } = this.#options.fleet;
    return transport.status === "available" && events.isReady;
  }

  #goOn({ events, gaps }: Missed): void {
    this.#tell({ resumed: true, missed: 0, ...(gaps.length > 0 ? { gaps } : {}) }, events, { events: true });
  }

  #beginAnew(missed: number | null): void {
    const { fleet } = this.#options;
    this.#tell({ resumed: false, missed }, fleet.events.newest(recentEvents), { events: true });
  }

  /** Nothing waits here: nothing lies between what is told now and what is told from now on. */
  #tell(head: object, events: readonly string[], wanted: { readonly events: boolean }): void {
    const { fleet, serverId, version, readOnly, responder } = this.#options;
    this.#stopReading?.();
    const snapshot = JSON.stringify({
      kind: "snapshot",
      server: serverId,
      version,
      read_only: readOnly,
      responder,
      ...fleet.snapshot(),
      ...head,
    });
    this.#page.snapshot(`${snapshot.slice(0, -1)},"events":[${events.join(",")}]}`);
    this.#stopReading = fleet.feed.read((frame) => this.#page.delta(frame), wanted);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
