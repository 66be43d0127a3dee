/** What following needs from a transport. */
import type { Clock } from "../clock.ts";
import type { Capabilities } from "../contract/adapter.ts";
import type { Bell } from "../contract/bell.ts";
import type { StreamStore } from "../contract/streams.ts";
import type { Logger } from "../logger.ts";

export interface FollowHost {
  readonly streams: StreamStore;
  readonly bell: Bell;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Resolves once the store can be expected to answer, or when the signal aborts. */
  untilAvailable(signal: AbortSignal): Promise<void>;
  /** Keeps the process alive while somebody waits for an event; the result ends that. */
  hold(): () => void;
}
