/** The library on the dashboard's store, as routes use it. The transport is one that throws: what cannot be read is no empty list. */
import { ApprovalGate } from "@attune/approvals";
import { FeedbackLoop } from "@attune/feedback";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { EventTypes } from "./history/event-types.ts";
import { Searches } from "./history/searches.ts";

export class StoreAccess {
  readonly transport: Transport;
  readonly streamer: EventStreamer;
  readonly heartbeat: HeartbeatCoordinator;
  readonly gate: ApprovalGate;
  readonly feedback: FeedbackLoop;
  readonly eventTypes: EventTypes;
  readonly searches = new Searches({ atOnce: 3, waiting: 100 });

  constructor(transport: Transport) {
    this.transport = transport;
    this.streamer = new EventStreamer({ transport });
    this.heartbeat = new HeartbeatCoordinator({ transport });
    this.gate = new ApprovalGate({ transport });
    this.feedback = new FeedbackLoop({ transport });
    this.eventTypes = new EventTypes(transport);
  }

  /** The transport stays open. */
  async close(): Promise<void> {
    await Promise.all([this.heartbeat.close(), this.gate.close(), this.feedback.close()]);
  }
}
