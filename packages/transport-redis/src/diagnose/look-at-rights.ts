/**
 * Whether this user may do all that the package does. Asked of a transaction that can never be carried out: a server looks at the rights to
 * a command, its keys and channels when it queues it, and gives up everything queued once one of them was refused as faulty.
 * https://redis.io/docs/latest/develop/using-commands/transactions/#errors-inside-a-transaction
 */
import { type Finding, randomToken } from "@attune/transport";
import { Keys } from "../keys.ts";
import { replyCode } from "../redis-errors.ts";
import { keysOfEachKind, type Trial, trialsOf } from "./needed-rights.ts";
import { noPermission, type Questions } from "./questions.ts";

type Answer = "allowed" | "unknown command" | "command" | "key" | "channel";

export async function* lookAtRights(questions: Questions): AsyncGenerator<Finding> {
  const keys = new Keys(questions.options.prefix);
  const name = `diagnose-${randomToken()}`;
  const missing = new Map<string, Trial | undefined>();
  const absent = new Set<string>();
  const refused: { key?: true; channel?: true } = {};
  const note = (right: string, answer: Answer, trial?: Trial) => {
    if (answer === "command") missing.set(right, trial);
    else if (answer === "unknown command") absent.add(right);
    else if (answer !== "allowed") refused[answer] = true;
  };

  const begun = await tryCommand(questions, ["MULTI"]);
  note("multi", begun);
  if (begun === "allowed") {
    if (await spoil(questions)) {
      const trials = Object.entries(trialsOf(keys, name));
      const asked = trials.map(async ([right, trial]) =>
        note(right, await tryCommand(questions, trial.command), trial),
      );
      for (const key of keysOfEachKind(keys, name)) {
        // Reading and writing are rights of their own.
        for (const command of ["EXISTS", "DEL"]) {
          asked.push(
            tryCommand(questions, [command, key]).then((answer) => note(command.toLowerCase(), answer)),
          );
        }
      }
      asked.push(tryCommand(questions, ["EXEC"]).then((answer) => note("exec", answer)));
      await Promise.all(asked);
    } else {
      yield cannotTell("transactions are not as Redis has them");
      return;
    }
  }
  if (!missing.has("exec")) await tryChannel(questions, keys.bell(name), note);

  const { user } = questions.credentials;
  yield commandsFinding(user, missing, absent, begun === "allowed");
  const { prefix } = questions.options;
  if (begun === "allowed")
    yield patternFinding("rights to keys", `${prefix}*`, refused.key, `ACL SETUSER ${user} ~${prefix}*`);
  if (missing.has("subscribe")) return;
  const channels = `${prefix}bell:*`;
  yield patternFinding("rights to channels", channels, refused.channel, `ACL SETUSER ${user} &${channels}`);
}

/** Makes the transaction one that is never carried out. */
async function spoil(questions: Questions): Promise<boolean> {
  try {
    await questions.ask("GET");
    return false;
  } catch (error) {
    if (replyCode(error) === undefined) throw error;
    return true;
  }
}

async function tryCommand(questions: Questions, command: readonly [string, ...string[]]): Promise<Answer> {
  try {
    await questions.ask(...command);
    return "allowed";
  } catch (error) {
    if (replyCode(error) === undefined) throw error;
    if (/^ERR unknown (sub)?command/i.test((error as Error).message)) return "unknown command";
    // Any other refusal (a full memory, a replica) comes after the look at the rights.
    return noPermission(error) ?? "allowed";
  }
}

/** For real, since it cannot be queued. */
async function tryChannel(
  questions: Questions,
  channel: string,
  note: (right: string, answer: Answer) => void,
): Promise<void> {
  note("subscribe", await tryCommand(questions, ["SUBSCRIBE", channel]));
  note("unsubscribe", await tryCommand(questions, ["UNSUBSCRIBE", channel]));
}

function commandsFinding(
  user: string,
  missing: ReadonlyMap<string, Trial | undefined>,
  absent: ReadonlySet<string>,
  asked: boolean,
): Finding {
  const check = "rights to commands";
  if (absent.size > 0) {
    return {
      check,
      outcome: "problem",
      found: `the server does not know ${[...absent].join(", ")}`,
      remedy:
        "Take a rename-command of these out of the server's configuration, or use a Redis 7 or Valkey that has them.",
    };
  }
  if (missing.size === 0) return { check, outcome: "ok", found: `${user} may run all that is used` };
  const optional = [...missing.values()].every((trial) => trial?.without !== undefined);
  const consequences = [...new Set([...missing.values()].flatMap((trial) => trial?.without ?? []))];
  const rights = [...missing.keys()];
  return {
    check,
    outcome: optional ? "warning" : "problem",
    found: `${user} may not run ${rights.join(", ")}${optional ? `: ${consequences.join(", and ")}` : ""}${asked ? "" : "; others could not be tried"}`,
    remedy: `ACL SETUSER ${user} ${rights.map((right) => `+${right}`).join(" ")}, then ACL SAVE or CONFIG REWRITE (docs/redis-acl.md has the whole line).`,
  };
}

function patternFinding(check: string, pattern: string, refused: true | undefined, command: string): Finding {
  if (!refused) return { check, outcome: "ok", found: pattern };
  return {
    check,
    outcome: "problem",
    found: `not to all of ${pattern}`,
    remedy: `${command}, then ACL SAVE or CONFIG REWRITE.`,
  };
}

function cannotTell(found: string): Finding {
  return {
    check: "rights to commands",
    outcome: "unknown",
    found,
    remedy: "Compare the user's rights with docs/redis-acl.md: ACL GETUSER",
  };
}
