/** Consumer groups on the server's own: XINFO GROUPS and XPENDING show what is so. */
import type {
  AdapterHost,
  ClaimEntriesRequest,
  CreateGroupRequest,
  DeliveriesRequest,
  GroupReading,
  GroupState,
  GroupStore,
  HandBackRequest,
  PendingEntry,
  PendingRequest,
  ReadGroupRequest,
} from "@attune/transport";
import { idAfter } from "@attune/transport";
import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";
import { cork, sendNow } from "./cork.ts";
import type { EventTypeIndex } from "./event-type-index.ts";
import { type ClaimReply, toClaimed } from "./group-reading.ts";
import { byConsumer } from "./group-tokens.ts";
import type { Keys } from "./keys.ts";
import { readGroup } from "./read-group.ts";
import { toAttuneError } from "./redis-errors.ts";
import { repeatUntilAnswered } from "./repeat-until-answered.ts";
import { runScript, runScriptForBytes } from "./scripts.ts";
import { sendOnce } from "./send-once.ts";

/** The consumer that has what was handed back. */
const nobody = "attune:handed-back";
/** How long what is kept beside a group outlasts its last use. */
const keepMs = 30 * 24 * 3_600_000;

export class RedisGroups implements GroupStore {
  readonly #host: AdapterHost;
  readonly #connections: Connections;
  readonly #keys: Keys;
  readonly #index: EventTypeIndex;

  constructor(host: AdapterHost, connections: Connections, keys: Keys, index: EventTypeIndex) {
    this.#host = host;
    this.#connections = connections;
    this.#keys = keys;
    this.#index = index;
  }

  async create({ eventType, group, from }: CreateGroupRequest): Promise<boolean> {
    const { stream, handedBack, uncounted } = this.#keys.group(eventType, group);
    const start = typeof from === "string" ? from : from.after;
    // Sent again after a lost answer, it may call a group known that it has made itself.
    const reply = await this.#repeat((client) => {
      this.#index.register(client, eventType);
      return runScript(client, "create-group", [stream, handedBack, uncounted], [group, start]);
    });
    return reply === 1;
  }

  async read({ eventTypes, ...request }: ReadGroupRequest): Promise<GroupReading[]> {
    const client = this.#connections.commands.readyClient;
    try {
      return await sendNow(client, () =>
        Promise.all(eventTypes.map((eventType) => readGroup(client, this.#keys, eventType, request))),
      );
    } catch (error) {
      throw toAttuneError(error, this.#connections.location);
    }
  }

  claim({ eventTypes, group, consumer, count, minIdleMs }: ClaimEntriesRequest): Promise<GroupReading[]> {
    const args = [group, consumer, String(count), String(Math.ceil(minIdleMs)), nobody];
    // Not sent again: what a lost answer delivered is not idle any more, so that it would not be found; or with a
    // minimum of 0 it would, and one delivery more be counted than anybody has seen.
    return sendOnce(this.#connections, (client) =>
      Promise.all(
        eventTypes.map(async (eventType) => {
          const { stream, handedBack, uncounted } = this.#keys.group(eventType, group);
          const keys = [stream, handedBack, uncounted];
          const reply = await runScriptForBytes(client, "claim-entries", keys, args);
          return toClaimed(eventType, consumer, reply as ClaimReply);
        }),
      ),
    );
  }

  /** Sent again after a lost answer, it answers false for what it has done itself. So do the next two. */
  acknowledge(request: DeliveriesRequest): Promise<boolean[]> {
    const { stream, uncounted } = this.#keys.group(request.eventType, request.group);
    return this.#forHeld("acknowledge", request, [stream, uncounted], []);
  }

  extend(request: DeliveriesRequest): Promise<boolean[]> {
    return this.#forHeld("extend", request, [this.#keys.stream(request.eventType)], []);
  }

  handBack({ delayMs, counted, ...request }: HandBackRequest): Promise<boolean[]> {
    const { stream, handedBack, uncounted } = this.#keys.group(request.eventType, request.group);
    const options = [nobody, String(delayMs), counted ? "1" : "0", String(keepMs)];
    return this.#forHeld("hand-back", request, [stream, handedBack, uncounted], options);
  }

  pending({ eventType, group, count, afterId }: PendingRequest): Promise<PendingEntry[]> {
    const { stream, uncounted } = this.#keys.group(eventType, group);
    const from = afterId === undefined ? "-" : idAfter(afterId);
    if (from === afterId) return Promise.resolve([]);
    return this.#repeat(async (client) => {
      const args = [group, from, String(count), nobody];
      const reply = await runScript(client, "list-pending", [stream, uncounted], args);
      const texts = reply as [string, string, number, number];
      return Array.from({ length: texts.length / 4 }, (_, n): PendingEntry => {
        const [id, consumer, deliveries, idleMs] = texts.slice(4 * n, 4 * n + 4) as typeof texts;
        return { id, consumer: consumer === "" ? null : consumer, deliveries, idleMs };
      });
    });
  }

  states(eventType: string): Promise<GroupState[]> {
    return this.#repeat(async (client) => {
      const reply = await runScript(client, "list-groups", [this.#keys.stream(eventType)], []);
      const texts = reply as [string, number, number, string, string];
      return Array.from({ length: texts.length / 5 }, (_, n): GroupState => {
        const [group, pending, lag, deliveredId, floorId] = texts.slice(5 * n, 5 * n + 5) as typeof texts;
        return { group, pending, lag: lag < 0 ? null : lag, deliveredId, floorId };
      });
    });
  }

  async leave({ eventTypes, group, consumer }: Parameters<GroupStore["leave"]>[0]): Promise<void> {
    await this.#repeat((client) =>
      Promise.all(
        eventTypes.map((eventType) =>
          runScript(client, "leave-group", [this.#keys.stream(eventType)], [group, consumer]),
        ),
      ),
    );
  }

  delete(eventType: string, group: string): Promise<boolean> {
    const { stream, handedBack, uncounted } = this.#keys.group(eventType, group);
    return sendOnce(this.#connections, async (client) => {
      const deleted = await runScript(client, "delete-group", [stream, handedBack, uncounted], [group]);
      return deleted === 1;
    });
  }

  /** Runs a script for those deliveries that are still with their consumer: it finds out which. */
  #forHeld(
    script: "acknowledge" | "extend" | "hand-back",
    { group, entries }: DeliveriesRequest,
    keys: readonly string[],
    options: readonly string[],
  ): Promise<boolean[]> {
    const given = byConsumer(entries);
    return this.#repeat(async (client) => {
      const answers: boolean[] = entries.map(() => false);
      await Promise.all(
        given.map(async ({ consumer, places, pairs, minId, maxId }) => {
          const args = [group, consumer, minId, maxId, String(places.length), ...pairs, ...options];
          const reply = (await runScript(client, script, keys, args)) as string;
          places.forEach((place, n) => {
            answers[place] = reply[n] === "1";
          });
        }),
      );
      return answers;
    });
  }

  #repeat<T>(send: (client: Redis) => Promise<T>): Promise<T> {
    return repeatUntilAnswered(this.#host, this.#connections, (client) => {
      cork(client);
      return send(client);
    });
  }
}
