/** Whether scripts run, and whether what one writes is there: under a name of its own, which it removes again. */
import { type Finding, randomToken } from "@attune/transport";
import { Keys } from "../keys.ts";
import { replyCode } from "../redis-errors.ts";
import { noPermission, type Questions } from "./questions.ts";

/** KEYS[1]: a key that nobody else has. ARGV[1]: what to write. Should it stay, then for a moment. */
const trial = `redis.call('SET', KEYS[1], ARGV[1], 'PX', 1000)
local found = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
return found`;

export async function* tryWriting(questions: Questions): AsyncGenerator<Finding> {
  const script = await outcome(questions, "Lua scripts", ["EVAL", "return ARGV[1]", "0", "works"]);
  yield script;
  if (script.outcome !== "ok") return;
  const key = new Keys(questions.options.prefix).visible("diagnose", randomToken());
  yield await outcome(questions, "writing", ["EVAL", trial, "1", key, "works"]);
}

async function outcome(
  questions: Questions,
  check: string,
  command: readonly [string, ...string[]],
): Promise<Finding> {
  try {
    const answer = await questions.ask(...command);
    if (answer === "works") return { check, outcome: "ok", found: "works" };
    return {
      check,
      outcome: "problem",
      found: `the answer was ${JSON.stringify(answer)}`,
      remedy: "This is no Redis, or something between it and here changes answers: name the server itself.",
    };
  } catch (error) {
    const code = replyCode(error);
    if (code === undefined) throw error;
    const { message } = error as Error;
    // What follows is for the server's log: which script it was, and its line.
    const found = message.replace(/ script: [0-9a-f]{40}.*$/s, "");
    return { check, outcome: "problem", found, remedy: remedyOf(error, code) };
  }
}

const remedies: Readonly<Record<string, string>> = {
  READONLY: "Name the primary in the URL: this server is a replica.",
  OOM: "The server's memory is full: raise maxmemory (redis-cli CONFIG SET maxmemory 2gb), or remove what is not needed.",
  MISCONF: "The server could not write its disk and takes no writes: see its log, and the free space (df).",
  NOREPLICAS: "Too few replicas are connected (min-replicas-to-write): mend them, or lower that setting.",
  LOADING: "Wait: the server reads its data from the disk.",
  BUSY: "A script runs for long: redis-cli SCRIPT KILL ends it.",
};

function remedyOf(error: unknown, code: string): string {
  if (noPermission(error))
    return "Give this user the rights that are listed below, or those of docs/redis-acl.md.";
  return remedies[code] ?? "Mend what the server says, in its configuration or with who runs it.";
}
