/** Anybody may publish anything under any name: views draw it, and do not fail. */
import { expect, test } from "vitest";
import type { EventJson } from "../../src/protocol/records.ts";
import { timelineKinds } from "../../src/protocol/timeline-kind.ts";
import { TypeNames } from "../../web/src/state/type-names.ts";
import { beatOf } from "../../web/src/views/agent/beat-of.ts";
import { progressOf } from "../../web/src/views/agent/progress-of.ts";
import { kindOfPushed } from "../../web/src/views/agent/timeline-item.ts";
import { timelineRows } from "../../web/src/views/agent/timeline-rows.ts";
import { beatsText, timelineText } from "../../web/src/views/agent/timeline-text.ts";
import { decidedOfEvent } from "../../web/src/views/approvals/decided-log.ts";
import { agentsOf } from "../../web/src/views/events/agents-of.ts";
import { dataBrief } from "../../web/src/views/events/data-brief.ts";
import { eventMatcher } from "../../web/src/views/events/event-filter.ts";
import { readFleetQuery } from "../../web/src/views/fleet/fleet-query.ts";
import { workflowOf } from "../../web/src/views/fleet/fleet-rows.ts";
import { metadataBrief } from "../../web/src/views/fleet/metadata-brief.ts";
import { selectAgents } from "../../web/src/views/fleet/select-agents.ts";
import { signalOfEvent } from "../../web/src/views/signals/signal-record.ts";

const odd = [
  { toString: 1 },
  { toString: null, valueOf: null },
  JSON.parse('{"__proto__": 1, "constructor": 2, "toJSON": 3}'),
  [[{ toString: 1 }]],
  [],
  null,
  0,
  -1.5e300,
  true,
  "",
  "text",
];
const types = [
  "agent_heartbeat",
  "workflow_progress",
  "agent_error",
  "approval_audit",
  "coordination_signal",
  "feedback:x:cheap",
];
const fields = [
  ...["agent_id", "status", "progress", "current_task", "stage", "stage_name", "tier", "error_type", "error"],
  ...[
    "error_message",
    "message",
    "approval_type",
    "transition",
    "responder",
    "request_id",
    "state",
    "reason",
  ],
  ...["signal_type", "source_agent", "target_agent", "signal_id", "payload", "timestamp", "ttl_seconds"],
  ...["workflow_name", "at", "context"],
];

function event(event_type: string, data: unknown): EventJson {
  return { event_id: "1-0", event_type, timestamp: null, source: "s", data };
}

/** Data that is as it should be but for one field, or in all. */
function* oddData(): Generator<unknown> {
  const usual = Object.fromEntries(fields.map((field) => [field, "bob"]));
  for (const value of odd) {
    yield value;
    yield Object.fromEntries(fields.map((field) => [field, value]));
    for (const field of fields) {
      yield { ...usual, progress: 0.5, [field]: value };
      yield { ...usual, progress: 0.5, target_agent: null, [field]: value };
    }
  }
}

test("whatever is in the fields of an event, every view has a text for it", () => {
  const names = new TypeNames();
  for (const type of types) {
    for (const data of oddData()) {
      const odd = event(type, data);
      expect(typeof dataBrief(odd)).toBe("string");
      expect(typeof names.ofEvent(odd)).toBe("string");
      eventMatcher({ types: new Set(), search: "x" })(odd);
      for (const agent of agentsOf(odd)) expect(typeof agent).toBe("string");
      const kind = kindOfPushed(odd, "bob");
      // The server may think it is of another kind than the page does.
      for (const each of kind && kind !== "unseen" ? [kind, ...timelineKinds] : timelineKinds) {
        const item = { ...odd, kind: each };
        expect(typeof timelineText(item, "bob")).toBe("string");
        for (const row of timelineRows([item, item, item], { kinds: new Set(), open: new Set() })) {
          if (row.kind === "beats") expect(typeof beatsText(row)).toBe("string");
        }
        progressOf([item]);
        beatOf(item);
      }
      const signal = signalOfEvent(odd);
      if (signal) expect([typeof signal.type, typeof signal.source]).toEqual(["string", "string"]);
      const decided = decidedOfEvent(odd);
      if (decided)
        expect(typeof `${decided.approval_type}${decided.reason}${decided.responder}`).toBe("string");
    }
  }
});

test("whatever is in its metadata, an agent is found, grouped and told in brief", () => {
  const query = { ...readFleetQuery(new URLSearchParams()), search: "nothing" };
  for (const value of odd) {
    const agent = { agent_id: "a", current_task: "", metadata: { workflow: value, other: value } };
    expect(typeof metadataBrief(agent as never)).toBe("string");
    const workflow = workflowOf(agent as never);
    expect(workflow === null || typeof workflow === "string").toBe(true);
    selectAgents([{ ...agent, liveness: "alive" } as never], query);
  }
});
