/** Runs the Lua files of this package: by hash, and with the source when the server may not know it. */
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { replyCode } from "./redis-errors.ts";
import { sources } from "./scripts.generated.ts";

export type ScriptName = keyof typeof sources;

const hashes = Object.fromEntries(
  Object.entries(sources).map(([name, source]) => [name, createHash("sha1").update(source).digest("hex")]),
) as Record<ScriptName, string>;

/** Which scripts have been sent with their source, by connection. */
const sent = new WeakMap<object, Set<ScriptName>>();

/**
 * Sends the call at once, so that calls keep their order: the first time on a connection with the source, by which the
 * server knows it afterwards. Only a server that has forgotten it (SCRIPT FLUSH) takes a second trip.
 */
export function runScript(
  client: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  return runWith(run, client, name, keys, args);
}

/** As `runScript`, with the texts of the reply as bytes. */
export function runScriptForBytes(
  client: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  return runWith(runForBytes, client, name, keys, args);
}

/** For a place where a refusal of the hash would come too late: the source, without its comments. */
export function sourceOf(name: ScriptName): string {
  let source = bare.get(name);
  if (source === undefined) {
    source = sources[name].replace(/^ *--.*\n/gm, "").replace(/^ +/gm, "");
    bare.set(name, source);
  }
  return source;
}

const bare = new Map<ScriptName, string>();

async function runWith(
  send: typeof run,
  client: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  if (isFirst(client, name)) return send(client, "eval", sources[name], keys, args);
  try {
    return await send(client, "evalsha", hashes[name], keys, args);
  } catch (error) {
    if (replyCode(error) !== "NOSCRIPT") throw error;
    return send(client, "eval", sources[name], keys, args);
  }
}
/** Beyond so many arguments, spreading them over the parameters of a call may overflow the stack. */
const maxSpread = 5000;

function run(
  client: Redis,
  command: "eval" | "evalsha",
  script: string,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  if (args.length > maxSpread) return client.call(command, [script, String(keys.length), ...keys, ...args]);
  if (command === "eval") return client.eval(script, keys.length, ...keys, ...args);
  return client.evalsha(script, keys.length, ...keys, ...args);
}

function runForBytes(
  client: Redis,
  command: "eval" | "evalsha",
  script: string,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  return client.callBuffer(command, script, keys.length, ...keys, ...args);
}

function isFirst({ stream }: Redis, name: ScriptName): boolean {
  // A mock has no stream.
  if (!stream) return false;
  const names = sent.get(stream) ?? new Set();
  sent.set(stream, names);
  if (names.has(name)) return false;
  names.add(name);
  return true;
}
