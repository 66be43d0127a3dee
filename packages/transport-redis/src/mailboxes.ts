/** Mailboxes on Redis: a list per agent and type, changed by scripts only; broadcasts in a stream of their own. */
import type {
  AdapterHost,
  ListRequest,
  MailboxStore,
  Message,
  MessageSelector,
  PostOutcome,
  PostRequest,
  TakeRequest,
} from "@attune/transport";
import type { Redis } from "ioredis";
import { type Broadcast, BroadcastLog } from "./broadcast-log.ts";
import { BroadcastMarks } from "./broadcast-marks.ts";
import type { Connections } from "./connections.ts";
import { cork } from "./cork.ts";
import type { Keys } from "./keys.ts";
import { repeatUntilAnswered } from "./repeat-until-answered.ts";
import { runScript, type ScriptName } from "./scripts.ts";
import { sendOnce } from "./send-once.ts";

/** How long a receipt is remembered. */
const receiptMs = 120_000;
/** How long an id is remembered beyond the time in which it may be sent again. */
const postedSlackMs = 10_000;

/** So many broadcasts at once are offered to a take of one message. */
const maxOffered = 500;

/** What src/lua/take.lua answers. */
type TakeReply = [takenBefore: number, over: number, ...texts: string[]];

interface Found {
  readonly message: Message;
  readonly sequence: number;
}

export class RedisMailboxes implements MailboxStore {
  readonly #host: AdapterHost;
  readonly #connections: Connections;
  readonly #keys: Keys;
  readonly #broadcasts: BroadcastLog;
  readonly #marks: BroadcastMarks;

  constructor(host: AdapterHost, connections: Connections, keys: Keys) {
    this.#host = host;
    this.#connections = connections;
    this.#keys = keys;
    this.#broadcasts = new BroadcastLog(host, connections, keys);
    this.#marks = new BroadcastMarks(host.clock);
    connections.onCommandsReady(() => this.#marks.clear());
  }

  post({ id, target, type, source, body, ttlMs, maxPending }: PostRequest): Promise<PostOutcome> {
    const message = [type, id, source, body, String(ttlMs), String(maxPending)];
    message.push(String(this.#host.operationTimeoutMs + postedSlackMs));
    if (target === null) {
      const { broadcasts, broadcastExpiries } = this.#keys;
      const keys = [broadcasts, this.#keys.postedBroadcast(id), broadcastExpiries];
      const args = [...message, this.#keys.bell("broadcasts")];
      return this.#repeat((client) => this.#script(client, "post-broadcast", keys, args));
    }
    const { state, typePrefix, posted } = this.#keys.mailbox(target);
    const keys = [state, `${typePrefix}${type}`, posted(id)];
    const args = [typePrefix, ...message, this.#keys.bell(`mailbox:${target}`)];
    return this.#repeat((client) => this.#script(client, "post", keys, args));
  }

  take(request: TakeRequest): Promise<Message[]> {
    // With the same receipt, a take that was carried out and not answered gives what it took.
    return this.#repeat((client) => this.#take(client, request));
  }

  async restore(agent: string, receipt: string): Promise<void> {
    await this.#repeat((client) => this.#restore(client, agent, receipt, receiptMs));
  }

  list({ agent, selector, count }: ListRequest): Promise<Message[]> {
    const { state, typePrefix, seen } = this.#keys.mailbox(agent);
    return this.#repeat(async (client) => {
      await this.#broadcasts.readNew(client);
      const offered = this.#broadcasts.candidates([selector], this.#marks.of(agent).get([selector]));
      const args = [typePrefix, String(count), ...selectorArguments([selector])];
      const reply = await this.#script<string[]>(
        client,
        "list-mailbox",
        [state, seen],
        [...args, ...broadcastArguments(offered)],
      );
      return (await this.#toMessages(client, agent, reply, offered)).map(({ message }) => message);
    });
  }

  async clear(agent: string, selector: MessageSelector): Promise<number> {
    const { state, typePrefix, seen } = this.#keys.mailbox(agent);
    return sendOnce(this.#connections, async (client) => {
      await this.#broadcasts.readNew(client);
      const offered = this.#broadcasts.candidates([selector], this.#marks.of(agent).get([selector]));
      const args = [typePrefix, ...selectorArguments([selector]), ...broadcastArguments(offered)];
      return this.#script<number>(client, "clear-mailbox", [state, seen], args);
    });
  }

  async #take(client: Redis, { agent, wanted, receipt, arrived = [] }: TakeRequest): Promise<Message[]> {
    const keys = this.#keys.mailbox(agent);
    const selectors = "eachOf" in wanted ? wanted.eachOf : wanted.anyOf;
    const [mode, count] = "eachOf" in wanted ? ["each", 0] : ["any", wanted.count];
    const args = [keys.typePrefix, String(receiptMs), mode, String(count), ...selectorArguments(selectors)];
    let forgettable = arrived.map(keys.receipt);
    if (!this.#broadcasts.isRead) await this.#broadcasts.readNew(client);
    for (let again = false; ; again = true) {
      const marks = this.#marks.of(agent);
      const offered = this.#broadcasts.candidates(selectors, marks.get(selectors));
      // One message is found without looking at all: of many broadcasts the first will do.
      const part = mode === "any" && count === 1 ? offered.slice(0, maxOffered) : offered;
      const [reply] = await Promise.all([
        this.#script<TakeReply>(
          client,
          "take",
          [keys.state, keys.seen, keys.receipt(receipt), ...forgettable],
          [...args, ...broadcastArguments(part)],
        ),
        this.#broadcasts.readNew(client),
      ]);
      forgettable = [];
      const [takenBefore, over, ...texts] = reply;
      if (over > 0) marks.set(selectors, part[over - 1]!.sequence);
      const last = offered.at(-1)?.sequence ?? 0;
      const missed = this.#broadcasts.candidates(selectors, last);
      if (texts.length === 0) {
        if (part.length < offered.length) continue;
        // Once more for what came meanwhile, and not for ever: the bell rings for what comes now.
        if (missed.length === 0 || again) return [];
        continue;
      }
      const found = await this.#toMessages(client, agent, texts, part);
      // A broadcast that was posted before a message of the same source and type has to come before it. One that this
      // very script was offered did; of another run of it, whose answer was lost, that is not known.
      const unasked = takenBefore === 1 && !again ? this.#broadcasts.candidates(selectors, 0) : missed;
      if (!found.some((one) => unasked.some((broadcast) => comesBefore(broadcast, one)))) {
        return found.map(({ message }) => message);
      }
      await this.#restore(client, agent, receipt, 0);
    }
  }

  #restore(client: Redis, agent: string, receipt: string, voidMs: number): Promise<number> {
    const keys = this.#keys.mailbox(agent);
    // With each attempt: looks that are sent before it have not seen what it restores, those behind it have.
    this.#marks.forget(agent);
    return this.#script(
      client,
      "restore",
      [keys.state, keys.seen, keys.receipt(receipt)],
      [keys.typePrefix, String(voidMs), this.#keys.bell(`mailbox:${agent}`)],
    );
  }

  async #toMessages(
    client: Redis,
    agent: string,
    texts: readonly string[],
    offered: readonly Broadcast[],
  ): Promise<Found[]> {
    const found: Found[] = [];
    for (let at = 0; at < texts.length; at += 5) {
      const [id, type, source, body, digits] = texts.slice(at, at + 5) as [
        string,
        string,
        string,
        string,
        string,
      ];
      const sequence = Number(digits);
      if (id !== "") {
        found.push({ sequence, message: { id, target: agent, type, source, body } });
        continue;
      }
      const broadcast =
        offered.find((one) => one.sequence === sequence) ?? (await this.#broadcasts.find(client, sequence));
      // Taken before and asked for again, and meanwhile its time is over.
      if (!broadcast) continue;
      const { type: broadcastType, source: broadcastSource } = broadcast;
      const message = {
        id: broadcast.id,
        target: null,
        type: broadcastType,
        source: broadcastSource,
        body: broadcast.body,
      };
      found.push({ sequence, message });
    }
    return found;
  }

  #script<T>(client: Redis, name: ScriptName, keys: readonly string[], args: readonly string[]): Promise<T> {
    cork(client);
    return runScript(client, name, keys, args) as Promise<T>;
  }

  #repeat<T>(send: (client: Redis) => Promise<T>): Promise<T> {
    return repeatUntilAnswered(this.#host, this.#connections, send);
  }
}

function comesBefore(broadcast: Broadcast, { sequence, message }: Found): boolean {
  return (
    broadcast.sequence < sequence && broadcast.type === message.type && broadcast.source === message.source
  );
}

function selectorArguments(selectors: readonly MessageSelector[]): string[] {
  return [String(selectors.length), ...selectors.flatMap(({ type = "", source = "" }) => [type, source])];
}

function broadcastArguments(broadcasts: readonly Broadcast[]): string[] {
  return [
    String(broadcasts.length),
    ...broadcasts.flatMap(({ sequence, expiresAt, id, type, source }) => [
      String(sequence),
      String(expiresAt),
      id,
      type,
      source,
    ]),
  ];
}
