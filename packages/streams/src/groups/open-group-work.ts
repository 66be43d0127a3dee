/** Opens what a consumer of a group works with, once its transport is there: makes the parts and joins them. */
import { Degradation, type Logger, type Transport, transportWith } from "@attune/transport";
import type { GroupSettings } from "./consume-group-options.ts";
import { DeadLetters } from "./dead-letters.ts";
import { DeliveryOutcomes } from "./delivery-outcomes.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import { FetchLoop } from "./fetch-loop.ts";
import { GivingUp } from "./giving-up.ts";
import { GroupIntake } from "./group-intake.ts";
import { GroupNotices } from "./group-notices.ts";
import { GroupReader } from "./group-reader.ts";
import { GroupStreams } from "./group-streams.ts";
import { GroupWake } from "./group-wake.ts";
import type { Handlers } from "./handlers.ts";
import { Settling } from "./settling.ts";

export interface GroupWorkSetup {
  readonly transport: Transport | Promise<Transport>;
  readonly settings: GroupSettings;
  readonly eventTypes: readonly string[] | "all";
  readonly logger?: Logger | undefined;
  readonly queue: DeliveryQueue;
  readonly handlers: Handlers;
  /** From when nothing is fetched any more. */
  readonly closing: AbortSignal;
  /** From when nothing is told to the store any more. */
  readonly closed: AbortSignal;
}

export interface GroupWork {
  readonly transport: Transport;
  readonly reader: GroupReader;
  readonly fetchLoop: FetchLoop;
  readonly settling: Settling;
  readonly outcomes: DeliveryOutcomes;
  readonly notices: GroupNotices;
  /** Tells the store that this consumer is no more. */
  leave(): Promise<void>;
}

export async function openGroupWork(setup: GroupWorkSetup): Promise<GroupWork> {
  const { settings, eventTypes, queue, handlers, closing, closed } = setup;
  const { group, consumer, from, blockMs, maxDeliveries } = settings;
  // A consumer waits for its store whatever `onUnavailable` says, as followers do.
  const given = await setup.transport;
  // As it is where it can be: consumers of one transport tell of an outage once.
  const transport =
    given.onUnavailable === "degrade" ? given : transportWith(given, { onUnavailable: "degrade" });
  const { clock } = transport;
  const logger = setup.logger ?? transport.logger;
  const component = `the consumer of group ${JSON.stringify(group)}`;
  const degradation = new Degradation(transport, { component, logger: setup.logger });
  const notices = new GroupNotices(settings, logger);
  const streams = new GroupStreams({
    transport,
    group,
    eventTypes,
    from,
    tell: (gap) => notices.gap(gap),
  });
  const wake = new GroupWake({
    transport,
    eventTypes: eventTypes === "all" ? "all" : [...eventTypes, streams.retryType],
    blockMs,
  });
  const reader = new GroupReader(transport, degradation, settings, streams, wake, closing);
  const settling = new Settling(transport, degradation, group, closed);
  const deadLetters = new DeadLetters(transport, degradation);
  const outcomes = new DeliveryOutcomes({
    settings,
    clock,
    settling,
    givingUp: new GivingUp({ transport, logger, consumer, settling, deadLetters }),
    notices,
    dueIn: (ms) => reader.dueIn(ms),
  });
  const intake = new GroupIntake({ maxDeliveries, clock, outcomes, queue, handlers, closing });
  const fetchLoop = new FetchLoop({
    reader,
    queue,
    clock,
    closing,
    receive: (fetched) => intake.receive(fetched),
    release: (held) => outcomes.release(held),
  });
  const leave = () =>
    degradation
      .attempt(
        () => transport.groups.leave({ eventTypes: [...streams.all, streams.retryType], group, consumer }),
        undefined,
      )
      .catch(() => {}); // its transport was closed before it
  return { transport, reader, fetchLoop, settling, outcomes, notices, leave };
}
