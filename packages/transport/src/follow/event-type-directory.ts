/**
 * Which event types have a stream, for followers of all types. One per transport, working only while somebody follows
 * all types: new types are told by the bell, and by looks at intervals for what the bell missed and for the streams of
 * other programs.
 */
import { sleep } from "../clock.ts";
import type { FollowHost } from "./follow-host.ts";

/** A look at what the bell may have missed. */
const lookMs = 1000;
/** A thorough look; rarer where it is costly, so that it takes at most a hundredth of the time. */
const thoroughLookMs = 5000;
const thoroughPause = 100;

type Tell = (eventType: string) => void;

export class EventTypeDirectory {
  readonly #host: FollowHost;
  readonly #watchers = new Set<Tell>();
  #run: Run | undefined;

  constructor(host: FollowHost) {
    this.#host = host;
  }

  /** Every type that has a stream now, but for the features' own. */
  list(): Promise<string[]> {
    return this.#host.streams.list({ thorough: true });
  }

  /** Tells of every type that is seen from now on, new or not. The result ends that. */
  watch(tell: Tell): () => void {
    this.#watchers.add(tell);
    if (!this.#run) {
      this.#run = { ended: new AbortController(), wake: new AbortController() };
      void this.#look(this.#run);
    }
    return () => {
      this.#watchers.delete(tell);
      if (this.#watchers.size === 0) this.close();
    };
  }

  close(): void {
    this.#watchers.clear();
    this.#run?.ended.abort();
    this.#run?.wake.abort();
    this.#run = undefined;
  }

  async #look(run: Run): Promise<void> {
    const { bell, clock, streams } = this.#host;
    const watch = bell.watch(["streams"], () => run.wake.abort());
    // Without a bell the looks at intervals go on.
    watch.ready.catch(() => {});
    let nextThorough = clock.monotonic() + thoroughLookMs;
    while (!run.ended.signal.aborted) {
      await sleep(clock, lookMs, { signal: run.wake.signal, background: true });
      if (run.ended.signal.aborted) break;
      // A ring from here on means another look.
      run.wake = new AbortController();
      const startedAt = clock.monotonic();
      const thorough = startedAt >= nextThorough;
      try {
        for (const eventType of await streams.list({ thorough })) {
          for (const tell of [...this.#watchers]) tell(eventType);
        }
        const now = clock.monotonic();
        if (thorough) nextThorough = now + Math.max(thoroughLookMs, (now - startedAt) * thoroughPause);
      } catch {
        // The store is away; the followers' own reads report that. Look again when it is back.
        await this.#host.untilAvailable(run.ended.signal);
      }
    }
    watch.close();
  }
}

interface Run {
  readonly ended: AbortController;
  /** Ends the current pause. */
  wake: AbortController;
}
