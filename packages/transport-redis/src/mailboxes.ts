/** Mailboxes on Redis: a list per agent and type, changed by scripts only; broadcasts in a stream of their own. */
import {
  type AdapterHost,
  AttuneError,
  type ListRequest,
  type MailboxStore,
  type Message,
  type MessageSelector,
  type PostOutcome,
  type PostRequest,
  type TakeRequest,
} from "@attune/transport";
import type { Redis } from "ioredis";
import { type Broadcast, BroadcastLog } from "./broadcast-log.ts";
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

export class RedisMailboxes implements MailboxStore {
  readonly #host: AdapterHost;
  readonly #connections: Connections;
  readonly #keys: Keys;
  readonly #broadcasts: BroadcastLog;

  constructor(host: AdapterHost, connections: Connections, keys: Keys) {
    this.#host = host;
    this.#connections = connections;
    this.#keys = keys;
    this.#broadcasts = new BroadcastLog(host, connections, keys);
  }

  post({ id, target, type, source, body, ttlMs, maxPending }: PostRequest): Promise<PostOutcome> {
    const message = [type, id, source, body, String(ttlMs), String(maxPending)];
    message.push(String(this.#host.operationTimeoutMs + postedSlackMs));
    if (target === null) {
      const keys = [this.#keys.broadcasts, this.#keys.postedBroadcast(id)];
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
      const offered = this.#broadcasts.candidates([selector]);
      const args = [typePrefix, String(count), ...selectorArguments([selector])];
      const reply = await this.#script<string[]>(
        client,
        "list-mailbox",
        [state, seen],
        [...args, ...broadcastArguments(offered)],
      );
      return this.#toMessages(client, agent, reply, offered);
    });
  }

  async clear(agent: string, selector: MessageSelector): Promise<number> {
    const { state, typePrefix, seen } = this.#keys.mailbox(agent);
    return sendOnce(this.#connections, async (client) => {
      await this.#broadcasts.readNew(client);
      const offered = this.#broadcasts.candidates([selector]);
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
    for (;;) {
      const offered = this.#broadcasts.candidates(selectors);
      const [reply] = await Promise.all([
        this.#script<string[]>(
          client,
          "take",
          [keys.state, keys.seen, keys.receipt(receipt), ...forgettable],
          [...args, ...broadcastArguments(offered)],
        ),
        this.#broadcasts.readNew(client),
      ]);
      forgettable = [];
      const known = new Set(offered);
      const missed = this.#broadcasts.candidates(selectors).filter((broadcast) => !known.has(broadcast));
      if (reply.length === 0) {
        if (missed.length === 0) return [];
        continue;
      }
      const messages = await this.#toMessages(client, agent, reply, offered);
      // A broadcast that was posted before a message of the same source and type has to come before it.
      if (!messages.some((message) => missed.some((broadcast) => isSameLine(broadcast, message)))) {
        return messages;
      }
      await this.#restore(client, agent, receipt, 0);
    }
  }

  #restore(client: Redis, agent: string, receipt: string, voidMs: number): Promise<number> {
    const keys = this.#keys.mailbox(agent);
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
    reply: readonly string[],
    offered: readonly Broadcast[],
  ): Promise<Message[]> {
    const messages: Message[] = [];
    for (let at = 0; at < reply.length; at += 4) {
      const [id, type, source, body] = reply.slice(at, at + 4) as [string, string, string, string];
      if (id !== "") {
        messages.push({ id, target: agent, type, source, body });
        continue;
      }
      const sequence = Number(type);
      const broadcast =
        offered.find((one) => one.sequence === sequence) ?? (await this.#broadcasts.find(client, sequence));
      if (!broadcast) {
        // Deleted by hand, or lost in a failover, between being taken and being read.
        throw new AttuneError("ATTUNE_STORE_REFUSED", "A broadcast that was taken is not in the store.");
      }
      messages.push({
        id: broadcast.id,
        target: null,
        type: broadcast.type,
        source: broadcast.source,
        body: broadcast.body,
      });
    }
    return messages;
  }

  #script<T>(client: Redis, name: ScriptName, keys: readonly string[], args: readonly string[]): Promise<T> {
    cork(client);
    return runScript(client, name, keys, args) as Promise<T>;
  }

  #repeat<T>(send: (client: Redis) => Promise<T>): Promise<T> {
    return repeatUntilAnswered(this.#host, this.#connections, send);
  }
}

function isSameLine(broadcast: Broadcast, message: Message): boolean {
  return broadcast.type === message.type && broadcast.source === message.source;
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
