/**
 * Degradation: a store that cannot do its part becomes a neutral value and one warning per outage, so that an outage
 * never reaches the caller's work as an exception and never stays unnoticed either.
 */
import type { GroupStore } from "./contract/groups.ts";
import type { MailboxStore } from "./contract/mailboxes.ts";
import type { RecordStore } from "./contract/records.ts";
import type { StreamStore } from "./contract/streams.ts";
import { type AttuneError, isStoreFailure } from "./errors.ts";
import type { Logger } from "./logger.ts";
import type { Transport } from "./transport.ts";
import { transportWith } from "./transport-with.ts";

export interface DegradationOptions {
  /** Who is speaking, in the warnings: "EventStreamer". The transport's own `component` goes before it. */
  readonly component: string;
  /** Default: the transport's. */
  readonly logger?: Logger | undefined;
}

/** The answer of each operation while the store cannot give one. */
type Neutral<Facet> = {
  readonly [Name in keyof Facet]: Facet[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (args: Args, error: AttuneError) => Result
    : never;
};

const neutralStreams: Neutral<StreamStore> = {
  append: ([requests], error) => (error.details.ids as string[] | undefined) ?? requests.map(() => ""),
  read: () => [],
  range: () => [],
  states: ([eventTypes]) =>
    eventTypes.map((eventType) => ({
      eventType,
      length: 0,
      added: null,
      oldestId: null,
      lastId: "0-0",
      bytes: null,
    })),
  list: () => [],
  trim: () => 0,
  trimBefore: () => 0,
  delete: () => false,
};

/** "No such group" would be a reason to make one: whoever reads for a group uses `Degradation`, or the facet itself. */
const neutralGroups: Neutral<GroupStore> = {
  create: () => false,
  read: () => [],
  claim: () => [],
  acknowledge: ([{ entries }]) => entries.map(() => false),
  extend: ([{ entries }]) => entries.map(() => false),
  handBack: ([{ entries }]) => entries.map(() => false),
  pending: () => [],
  states: () => [],
  leave: () => {},
  delete: () => false,
};

const neutralMailboxes: Neutral<MailboxStore> = {
  post: () => "unknown",
  take: () => [],
  restore: () => {},
  list: () => [],
  clear: () => 0,
};

/** Nothing here says "unknown" for a record that is read: whoever has to tell that from "none" uses `Degradation`. */
const neutralRecords: Neutral<RecordStore> = {
  put: () => ({ stored: false, reason: "unknown", current: null }),
  get: ([, keys]) => keys.map(() => null),
  list: () => ({ records: [], next: null }),
  count: () => 0,
  delete: () => false,
  claimExpired: () => [],
  settleExpired: () => false,
};

/** The same reason is told again after so long, if it still stands while the store answers. */
const refusalQuietMs = 60_000;

/**
 * The same transport with facets that give neutral values instead of rejecting while the store is away or refuses.
 * With `onUnavailable: "throw"` it is the transport itself. Mistakes of the caller are thrown either way. `info()` rejects
 * as ever: who asks how the store is must not be told by a neutral value that it is there.
 */
export function withDegradation(transport: Transport, options: DegradationOptions): Transport {
  if (transport.onUnavailable === "throw") return transport;
  const outage = outageReport(transport, options);
  // Programs have a feature for each of their agents: what is alike is made once.
  outage.degraded ??= transportWith(transport, {
    streams: degradeFacet(transport.streams, neutralStreams, outage),
    groups: degradeFacet(transport.groups, neutralGroups, outage),
    mailboxes: degradeFacet(transport.mailboxes, neutralMailboxes, outage),
    records: degradeFacet(transport.records, neutralRecords, outage),
  });
  return outage.degraded;
}

/**
 * The same for single calls, for a feature in which "the store is away" is an answer of its own ("unknown") and must not
 * be taken for "there is none".
 */
export class Degradation {
  readonly #throws: boolean;
  readonly #outage: OutageReport;

  constructor(transport: Transport, options: DegradationOptions) {
    this.#throws = transport.onUnavailable === "throw";
    this.#outage = outageReport(transport, options);
  }

  /** What the call gives, or `fallback` when the store cannot do its part (with `onUnavailable: "throw"`: rejects). */
  async attempt<T, F>(call: () => Promise<T>, fallback: F): Promise<T | F> {
    try {
      const result = await call();
      this.#outage.answered();
      return result;
    } catch (error) {
      if (this.#throws || !isStoreFailure(error)) throw error;
      this.#outage.report(error);
      return fallback;
    }
  }
}

function degradeFacet<Facet extends object>(
  facet: Facet,
  neutral: Neutral<Facet>,
  outage: OutageReport,
): Facet {
  const degraded: Partial<Facet> = {};
  for (const name of Object.keys(neutral) as (keyof Facet & string)[]) {
    const operation = facet[name] as (...args: unknown[]) => Promise<unknown>;
    const fallback = neutral[name] as (args: unknown[], error: AttuneError) => unknown;
    degraded[name] = ((...args: unknown[]) =>
      operation(...args).then(
        (result) => {
          outage.answered();
          return result;
        },
        (error: unknown) => {
          if (!isStoreFailure(error)) throw error;
          outage.report(error);
          return fallback(args, error);
        },
      )) as Facet[typeof name];
  }
  return degraded as Facet;
}

/**
 * By transport, logger and component. Programs have a feature for each of their agents: a hundred of them on one transport
 * see one outage. A logger of its own is told for itself.
 */
const reports = new WeakMap<Transport, WeakMap<Logger, Map<string, OutageReport>>>();

function outageReport(transport: Transport, options: DegradationOptions): OutageReport {
  const { logger = transport.logger } = options;
  const component = transport.component ?? options.component;
  const ofTransport = reports.get(transport) ?? new WeakMap<Logger, Map<string, OutageReport>>();
  reports.set(transport, ofTransport);
  const ofLogger = ofTransport.get(logger) ?? new Map<string, OutageReport>();
  ofTransport.set(logger, ofLogger);
  const report = ofLogger.get(component) ?? new OutageReport(transport, component, logger);
  ofLogger.set(component, report);
  return report;
}

/** Tells of each outage once, and once that it is over. */
class OutageReport {
  /** The transport as `withDegradation` makes it. */
  degraded: Transport | undefined;
  readonly #transport: Transport;
  readonly #component: string;
  readonly #logger: Logger;
  /** When each refusal of a store that does answer was last told. */
  readonly #refusals = new Map<string, number>();
  /** Ends the listening for the outage's end; set while there is an outage. */
  #stopListening: (() => void) | undefined;

  constructor(transport: Transport, component: string, logger: Logger) {
    this.#transport = transport;
    this.#component = component;
    this.#logger = logger;
  }

  get open(): boolean {
    return this.#stopListening !== undefined;
  }

  /** An operation was answered. It may have been asked before the outage that is on now. */
  answered(): void {
    if (this.open && this.#transport.status !== "unavailable") this.over();
  }

  report(error: AttuneError): void {
    if (error.code === "ATTUNE_STORE_REFUSED") {
      this.#reportRefusal(error);
      return;
    }
    if (this.open) return;
    // Listening only meanwhile: a transport may serve thousands of short-lived features.
    this.#stopListening = this.#transport.onStatus((status) => {
      if (status === "available") this.over();
    });
    this.#logger.warn(`attune: ${this.#component}: ${error.message} Going on without it until it is back.`);
  }

  over(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#logger.warn(`attune: ${this.#component}: the store at ${this.#transport.location} is back.`);
  }

  #reportRefusal(error: AttuneError): void {
    const now = this.#transport.clock.monotonic();
    const last = this.#refusals.get(error.message);
    if (last !== undefined && now - last < refusalQuietMs) return;
    if (this.#refusals.size > 100) this.#refusals.clear();
    this.#refusals.set(error.message, now);
    this.#logger.warn(`attune: ${this.#component}: ${error.message}`);
  }
}
