/** An outage as a test makes it: from reachable to away, known to be away, and back. */
import { setTimeout as pause } from "node:timers/promises";
import type { Transport, TransportStatus } from "@attune/transport";
import { toPost, toTake } from "./mail.ts";
import { toRequest } from "./publish.ts";
import { bucket, toClaim, toPut } from "./put.ts";
import type { Space } from "./suite.ts";
import { within } from "./within.ts";

/** Short, so that tests of what does not answer are quick. */
export const operationTimeoutMs = 400;

/** What a busy machine may add to a deadline. */
export const slackMs = 600;

export function untilStatus(transport: Transport, wanted: TransportStatus): Promise<void> {
  const reached = new Promise<void>((resolve) => {
    if (transport.status === wanted) return resolve();
    const stop = transport.onStatus((status) => {
      if (status !== wanted) return;
      stop();
      resolve();
    });
  });
  return within(8000, `the status becomes ${wanted}`, reached);
}

/** Makes the store unreachable and waits until the transport knows. The result waits until it is known to be back. */
export async function beginOutage(
  cutOff: Space["cutOff"],
  transport: Transport,
): Promise<() => Promise<void>> {
  const restore = await cutOff(transport);
  // A store that falls silent is noticed only by calls that it does not answer.
  let known = false;
  const calling = (async () => {
    while (!known) {
      await transport.streams.list({ thorough: false }).catch(() => {});
      await pause(1);
    }
  })();
  await untilStatus(transport, "unavailable").finally(() => {
    known = true;
  });
  await calling;
  return async () => {
    await restore();
    await untilStatus(transport, "available");
  };
}

export interface Operation {
  readonly name: string;
  readonly call: () => Promise<unknown>;
  /** What it gives behind `withDegradation` while the store is away. */
  readonly neutral: unknown;
}

/** Every operation of every facet. Not `info`, which has no neutral value: see info.ts. */
export function everyOperation(transport: Transport): Operation[] {
  return [...streamOperations(transport), ...mailboxOperations(transport), ...recordOperations(transport)];
}

function streamOperations({ streams }: Transport): Operation[] {
  const state = { length: 0, added: null, oldestId: null, lastId: "0-0", bytes: null };
  return [
    { name: "append", call: () => streams.append([toRequest("a", 1), toRequest("b", 1)]), neutral: ["", ""] },
    {
      name: "append with a key",
      call: () => streams.append([toRequest("a", 1, { idempotencyKey: "k" })]),
      neutral: [""],
    },
    {
      name: "read",
      call: () => streams.read(new Map([["a", "0-0"]]), { count: 9, blockMs: 0 }),
      neutral: [],
    },
    {
      name: "range",
      call: () => streams.range({ eventType: "a", count: 9, newestFirst: true }),
      neutral: [],
    },
    { name: "states", call: () => streams.states(["a"]), neutral: [{ eventType: "a", ...state }] },
    { name: "list", call: () => streams.list({ thorough: false }), neutral: [] },
    { name: "thorough list", call: () => streams.list({ thorough: true }), neutral: [] },
    { name: "trim", call: () => streams.trim("a", 1), neutral: 0 },
    { name: "delete", call: () => streams.delete("b"), neutral: false },
  ];
}

function mailboxOperations({ mailboxes }: Transport): Operation[] {
  return [
    { name: "post", call: () => mailboxes.post(toPost()), neutral: "unknown" },
    { name: "post to all", call: () => mailboxes.post(toPost({ target: null })), neutral: "unknown" },
    { name: "take", call: () => mailboxes.take(toTake("a")), neutral: [] },
    { name: "restore", call: () => mailboxes.restore("a", "r"), neutral: undefined },
    {
      name: "list of messages",
      call: () => mailboxes.list({ agent: "a", selector: {}, count: 9 }),
      neutral: [],
    },
    { name: "clear", call: () => mailboxes.clear("a", {}), neutral: 0 },
  ];
}

function recordOperations({ records }: Transport): Operation[] {
  const unknown = { stored: false, reason: "unknown", current: null };
  const settling = { bucket, key: "k", version: 1, claimer: "c" };
  return [
    { name: "put", call: () => records.put(toPut("k", "x")), neutral: unknown },
    {
      name: "put with a condition",
      call: () => records.put(toPut("k", "x", { condition: { holder: "h" } })),
      neutral: unknown,
    },
    { name: "get", call: () => records.get(bucket, ["k", "l"]), neutral: [null, null] },
    {
      name: "list of records",
      call: () => records.list({ bucket, from: null, count: 9 }),
      neutral: { records: [], next: null },
    },
    { name: "count", call: () => records.count(bucket), neutral: 0 },
    { name: "delete of a record", call: () => records.delete(bucket, "k"), neutral: false },
    { name: "claim", call: () => records.claimExpired(toClaim("c")), neutral: [] },
    { name: "settle", call: () => records.settleExpired(settling), neutral: false },
  ];
}
