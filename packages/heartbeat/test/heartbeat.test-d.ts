/** Compile-time tests: checked by `npm run check:types`. */
import {
  type AgentHeartbeat,
  type AgentTransition,
  agentError,
  agentHeartbeat,
  type BeatOutcome,
  HeartbeatCoordinator,
  type Liveness,
  type UnknownAgent,
} from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { expectTypeOf } from "vitest";

const agent = new HeartbeatCoordinator({
  ttlMs: 1000,
  beatFrom: "worker",
  onFenced: ({ agentId }) => agentId,
});

// What may be said.
interface Run {
  run: number;
  tags?: string[];
}
declare const run: Run;
expectTypeOf(
  agent.startHeartbeat("a", { metadata: { n: 1, deep: { list: [null, "x", true] } } }),
).resolves.toEqualTypeOf<BeatOutcome>();
agent.startHeartbeat("a", { metadata: run, displayName: null });
agent.startHeartbeat("a", { progressTimeoutMs: 60_000 });
agent.beat();
agent.beat({ progressTimeoutMs: null });
// @ts-expect-error: a number of milliseconds
agent.beat({ progressTimeoutMs: "1m" });
agent.beat({ status: "idle", progress: 0.5, currentTask: "x", metadata: run });
expectTypeOf(agent.stopHeartbeat("failed")).resolves.toEqualTypeOf<"recorded" | "fenced" | "unavailable">();
// @ts-expect-error: a Date is not JSON
agent.startHeartbeat("a", { metadata: { at: new Date() } });
// @ts-expect-error: a function is not JSON
agent.beat({ metadata: { f: () => 1 } });
// @ts-expect-error: metadata are an object
agent.beat({ metadata: "text" });
// @ts-expect-error: an end is said by stopHeartbeat
agent.beat({ status: "completed" });
// @ts-expect-error: running is no end
agent.stopHeartbeat("running");
// @ts-expect-error: no such option
new HeartbeatCoordinator({ ttl: 30 });

// What is known.
expectTypeOf(agent.getActiveAgents()).resolves.toEqualTypeOf<AgentHeartbeat[]>();
expectTypeOf(agent.isAgentAlive("a")).resolves.toEqualTypeOf<boolean | null>();
expectTypeOf(agent.countActiveAgents()).resolves.toEqualTypeOf<number | null>();
const status = await agent.getAgentStatus("a");
expectTypeOf(status).toEqualTypeOf<AgentHeartbeat | UnknownAgent | null>();
if (status) {
  expectTypeOf(status.liveness).toEqualTypeOf<Liveness>();
  if (status.status !== null) {
    expectTypeOf(status).toEqualTypeOf<AgentHeartbeat>();
    expectTypeOf(status.lastBeat).toEqualTypeOf<Date>();
    expectTypeOf(status.progressTimeoutMs).toEqualTypeOf<number | null>();
  }
}
for await (const transition of agent.watchAgents({ signal: AbortSignal.timeout(1) })) {
  expectTypeOf(transition).toEqualTypeOf<AgentTransition>();
  expectTypeOf(transition.from).toEqualTypeOf<Liveness | null>();
}

// The events.
for await (const event of new EventStreamer().consumeEvents({ eventTypes: [agentHeartbeat, agentError] })) {
  if (event.eventType === "agent_heartbeat" && event.valid) {
    expectTypeOf(event.data.blocked_ms).toEqualTypeOf<number | undefined>();
    expectTypeOf(event.data.progress_timeout_ms).toEqualTypeOf<number | undefined>();
  }
  if (event.eventType === "agent_error" && event.valid)
    expectTypeOf(event.data.error_message).toEqualTypeOf<string>();
}
