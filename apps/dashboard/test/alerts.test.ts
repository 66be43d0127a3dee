import { describe, expect, test } from "vitest";
import { AlertBook } from "../src/alerts/alert-book.ts";
import { type AlertRules, defaultAlertRules, parseAlertRules } from "../src/alerts/alert-rules.ts";
import type { Known } from "../src/alerts/conditions.ts";
import type { AgentJson, ApprovalJson, GroupHealthJson } from "../src/protocol/records.ts";

const start = Date.parse("2026-01-01T00:00:00.000Z");

function agent(agent_id: string, liveness: AgentJson["liveness"]): AgentJson {
  return { agent_id, liveness } as AgentJson;
}

/** Looks at what is given, at this second. */
function bookOf(rules: AlertRules = {}) {
  const book = new AlertBook(parseAlertRules(rules));
  /** Of the changes, in their order. */
  const numbers: number[] = [];
  const look = (second: number, known: Partial<Known> = {}) => {
    const nothing: Known = {
      agents: [],
      approvals: [],
      groups: [],
      errorsPerMinute: 0,
      store: { available: true, location: "redis://somewhere" },
      now: start + second * 1000,
    };
    return book.look({ ...nothing, ...known }, second * 1000).map(({ state, change, alert }) => {
      numbers.push(change);
      return `${state} ${alert.rule}: ${alert.summary}`;
    });
  };
  return { book, look, numbers };
}

describe("the rules", () => {
  test("are as by default where nothing is said", () => {
    expect(parseAlertRules({})).toEqual(defaultAlertRules);
    expect(parseAlertRules({ error_rate: { threshold: 5 } }).error_rate).toEqual({
      ...defaultAlertRules.error_rate,
      threshold: 5,
    });
  });

  test.each([
    ["an unknown rule", { agents_bored: {} }, /agents_bored/],
    ["an unknown field", { error_rate: { treshold: 5 } }, /error_rate: .*treshold/],
    ["a wrong type", { error_rate: { threshold: "5" } }, /error_rate\.threshold: /],
    ["a threshold of 0", { error_rate: { threshold: 0 } }, /error_rate\.threshold: /],
    ["a negative time", { agents_lost: { for_ms: -1 } }, /agents_lost\.for_ms: /],
    ["another severity", { agents_lost: { severity: "mild" } }, /agents_lost\.severity: /],
    ["no object", [], /expected object/],
  ])("are refused with what is wrong where: %s", (_what, rules, message) => {
    expect(() => parseAlertRules(rules)).toThrow(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID", message: expect.stringMatching(message) }),
    );
  });
});

describe("an alert", () => {
  test("fires once, tells who is concerned, and is over when nobody is", () => {
    const { book, look } = bookOf();
    expect(look(0, { agents: [agent("a", "lost")] })).toEqual(['firing agents_lost: Agent "a" is lost.']);
    const [{ alert_id } = { alert_id: "" }] = book.all;
    expect(look(1, { agents: [agent("a", "lost"), agent("b", "lost")] })).toEqual([]);
    expect(book.all).toMatchObject([{ alert_id, summary: "2 agents are lost.", subjects: ["a", "b"] }]);
    expect(look(2, { agents: [agent("a", "alive")] })).toEqual(["resolved agents_lost: 2 agents are lost."]);
    expect(book.all).toMatchObject([{ alert_id, resolved_at: "2026-01-01T00:00:02.000Z" }]);
    look(3, { agents: [agent("a", "lost")] });
    expect(book.all).toHaveLength(2);
    expect(book.all[0]!.alert_id).not.toBe(alert_id);
  });

  test("that concerns others as well is told of again, once a minute at most", () => {
    const { look, numbers } = bookOf();
    const lost = (...ids: string[]) => ({ agents: ids.map((id) => agent(id, "lost")) });
    expect(look(0, lost("a"))).toHaveLength(1);
    expect(look(30, lost("a", "b"))).toEqual([]);
    expect(look(60, lost("a", "b"))).toEqual(["updated agents_lost: 2 agents are lost."]);
    expect(look(90, lost("a", "b", "c"))).toEqual([]);
    expect(look(119, lost("a", "b"))).toEqual([]);
    expect(look(200, lost("b"))).toEqual([]);
    expect(look(201, lost("b", "c"))).toEqual(["updated agents_lost: 2 agents are lost."]);
    expect(look(202)).toEqual(["resolved agents_lost: 2 agents are lost."]);
    expect(numbers).toEqual([1, 2, 3, 4]);
  });

  test("waits until each of those concerned has been so for long enough", () => {
    const { look } = bookOf({ agents_stalled: { threshold: 2, for_ms: 10_000 } });
    const [a, b] = [agent("a", "stalled"), agent("b", "stalled")];
    expect(look(0, { agents: [a] })).toEqual([]);
    expect(look(5, { agents: [a, b] })).toEqual([]);
    expect(look(11, { agents: [a, b] })).toEqual([]);
    // One of them has gone on in between.
    expect(look(12, { agents: [a, agent("b", "alive")] })).toEqual([]);
    expect(look(16, { agents: [a, b] })).toEqual([]);
    expect(look(26, { agents: [a, b] })).toEqual(["firing agents_stalled: 2 agents do not go on."]);
  });

  test("of agents stays as it is while nothing is known of them", () => {
    const { look } = bookOf({ store_unavailable: { for_ms: 0 } });
    look(0, { agents: [agent("a", "lost"), agent("b", "alive")] });
    const store = { available: false, location: "redis://somewhere" };
    const unknown = [agent("a", "unknown"), agent("b", "unknown")];
    expect(look(1, { agents: unknown, store })).toEqual([
      "firing store_unavailable: The store at redis://somewhere does not answer.",
    ]);
    expect(look(2, { agents: unknown })).toHaveLength(1);
    expect(look(3, { agents: [agent("a", "alive"), agent("b", "alive")] })).toEqual([
      'resolved agents_lost: Agent "a" is lost.',
    ]);
  });

  test("of errors fires at the threshold", () => {
    const { look } = bookOf({ error_rate: { threshold: 3 } });
    expect(look(0, { errorsPerMinute: 2 })).toEqual([]);
    expect(look(1, { errorsPerMinute: 3 })).toEqual([
      "firing error_rate: 3 errors of agents within a minute.",
    ]);
  });

  test("of what goes up and down is over when it has been well for half a minute", () => {
    const { look } = bookOf({ error_rate: { threshold: 3 }, group_lag: { threshold: 10, for_ms: 5000 } });
    const lag = (many: number) => ({
      groups: [{ group: "g", event_type: "e", pending: 0, lag: many, dead_letters: 0 }],
    });
    expect(look(0, { errorsPerMinute: 3, ...lag(10) })).toHaveLength(1);
    expect(look(5, { errorsPerMinute: 2, ...lag(10) })).toHaveLength(1);
    expect(look(20, { errorsPerMinute: 3, ...lag(9) })).toEqual([]);
    expect(look(34, { errorsPerMinute: 3, ...lag(9) })).toEqual([]);
    // Not for long enough to fire anew, but it is not well.
    expect(look(40, { errorsPerMinute: 2, ...lag(10) })).toEqual([]);
    expect(look(41, { errorsPerMinute: 2, ...lag(9) })).toEqual([]);
    expect(look(69, { errorsPerMinute: 2, ...lag(9) })).toEqual([]);
    expect(look(70, { errorsPerMinute: 2, ...lag(9) })).toEqual([
      "resolved error_rate: 3 errors of agents within a minute.",
    ]);
    expect(look(71, { errorsPerMinute: 3, ...lag(9) })).toEqual([
      "firing error_rate: 3 errors of agents within a minute.",
      'resolved group_lag: The group "g of e" is 10 events behind.',
    ]);
  });

  test("of groups is one for each of them", () => {
    const group = (name: string, lag: number | null, dead_letters: number): GroupHealthJson => ({
      group: name,
      event_type: "orders",
      pending: 0,
      lag,
      dead_letters,
    });
    const { book, look } = bookOf({ group_lag: { threshold: 10, for_ms: 0 } });
    expect(
      look(0, { groups: [group("slow", 10, 0), group("fine", 9, 0), group("unknown", null, 2)] }),
    ).toEqual([
      'firing group_lag: The group "slow of orders" is 10 events behind.',
      'firing dead_letters: The group "unknown" has 2 dead letters.',
    ]);
    look(1, { groups: [group("slow", 10, 1), group("fine", 20, 0)] });
    expect(book.all.filter(({ resolved_at }) => resolved_at === null)).toHaveLength(3);
  });

  test("of approvals tells of those that wait for long, and of those whose time is nearly over", () => {
    const approval = (id: string, ageMs: number, leftMs: number) =>
      ({
        request_id: id,
        requested_at: new Date(start - ageMs).toISOString(),
        expires_at: new Date(start + leftMs).toISOString(),
      }) as ApprovalJson;
    const { book, look } = bookOf();
    expect(look(0, { approvals: [approval("new", 1000, 600_000)] })).toEqual([]);
    expect(
      look(0, { approvals: [approval("old", 300_000, 600_000), approval("late", 1000, 60_000)] }),
    ).toEqual([
      "firing approval_waiting: A request for approval waits for long.",
      "firing approval_expiring: The time of a request for approval is nearly over.",
    ]);
    expect(book.all.map(({ subjects }) => subjects)).toEqual([["late"], ["old"]]);
  });

  test("names at most 20 of those concerned, and rules can be switched off", () => {
    const many = Array.from({ length: 5000 }, (_, n) => agent(`agent-${n}`, "lost"));
    const { book, look } = bookOf();
    expect(look(0, { agents: many })).toEqual(["firing agents_lost: 5000 agents are lost."]);
    expect(book.all[0]!.subjects).toHaveLength(20);
    expect(bookOf({ agents_lost: { enabled: false } }).look(0, { agents: many })).toEqual([]);
  });

  test("that is over is kept for an hour, and of all of them the latest 200", () => {
    const { book, look } = bookOf();
    look(0, { agents: [agent("a", "lost")] });
    look(1);
    expect(book.all).toHaveLength(1);
    look(3600);
    expect(book.all).toHaveLength(1);
    look(3602);
    expect(book.all).toEqual([]);
    for (let n = 0; n < 600; n++) look(4000 + n, n % 2 === 0 ? { agents: [agent("a", "lost")] } : {});
    look(4601);
    expect(book.all).toHaveLength(200);
  });
});
