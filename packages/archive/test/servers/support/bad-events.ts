/** Events that stores like to alter, cut off or refuse, in the midst of good ones: through an archive into a server. */
import { DeadLetters } from "@attune/streams";
import { Degradation } from "@attune/transport";
import { expect, it } from "vitest";
import { openSink } from "../../../src/index.ts";
import { onMemory } from "../../support/on-memory.ts";
import type { RealStore, StoredRow } from "./real-store.ts";

const good = 2000;
/** Each kind of bad event comes so often. */
const times = 4;

const nul = /NUL/;
const halfPair = /half a surrogate pair/;

interface BadEvent {
  readonly data?: string;
  readonly source?: string;
  /** Why it is a dead letter; where there is no reason it has to be kept exactly. */
  readonly reasons?: Partial<Record<RealStore["kind"], RegExp>>;
}

const badEvents: readonly BadEvent[] = [
  { data: '{"a":"x\u0000y"}', reasons: { postgres: nul } },
  { source: "x\u0000y", reasons: { postgres: nul } },
  { data: '{"a":"x\\u0000y"}' },
  { source: "\udc00", reasons: { postgres: halfPair, clickhouse: halfPair } },
  { data: '{"a":"\\ud800"}' },
  { data: `${"[".repeat(5000)}${"]".repeat(5000)}` },
  { data: '{"a":1e400,"b":-1e400}' },
  { data: `{"a":${"9".repeat(5000)}}` },
  { data: '{"a":' },
  { data: "" },
];

export function badEventsAmongGood(store: RealStore): void {
  it(`keeps ${good} good events once, and each bad one exactly or as a dead letter with the reason`, async () => {
    const { transport, archive, warnings } = await onMemory();
    const expected: StoredRow[] = [];
    const refused = new Map<string, { data: string; reason: RegExp }>();
    const append = async ({ reasons, ...event }: BadEvent) => {
      const entry = {
        data: '{"good":true}',
        source: "agent",
        timestamp: "2026-01-02T03:04:05.678Z",
        ...event,
      };
      const [event_id] = await transport.streams.append([
        { eventType: "step", maxLength: 100_000, ...entry },
      ]);
      const { data, source } = entry;
      const reason = reasons?.[store.kind];
      if (reason) refused.set(event_id!, { data, reason });
      else expected.push({ event_id: event_id!, source, data });
    };
    const bad = Array.from({ length: times }, () => badEvents).flat();
    const every = Math.floor(good / bad.length);
    for (let n = 0; n < good; n++) {
      await append({ data: JSON.stringify({ n }) });
      if (n % every === 0 && bad.length > 0) await append(bad.shift()!);
    }
    for (const event of bad) await append(event);

    await using sink = await openSink(store.url);
    const archiving = archive({ sink, batch: { count: 150, waitMs: 5 } });
    await archiving.run({ until: "caught up" });
    expect(archiving.progress).toMatchObject({
      archived: expected.length,
      refused: refused.size,
      retries: 0,
    });
    expect(await store.rows()).toEqual(expected);
    expect(await store.countPlainly()).toBe(expected.length);
    expect(warnings).toEqual([]);

    const letters = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
    const expectLetters = async () => {
      const kept = await letters.list({ group: "archive:archive" }, 1000);
      expect(kept.map(({ eventId }) => eventId)).toEqual([...refused.keys()]);
      for (const { eventId, rawData, error } of kept) {
        expect(rawData).toBe(refused.get(eventId)!.data);
        expect(error).toMatch(refused.get(eventId)!.reason);
      }
    };
    await expectLetters();
    expect(await archiving.replayDeadLetters()).toEqual({ replayed: 0, left: refused.size });
    await expectLetters();
    expect(await store.rows()).toEqual(expected);
  });
}
