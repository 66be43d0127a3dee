/** Whether the server can be reached and lets this user in, how soon it answers, and who can listen. */
import { isIP } from "node:net";
import { type Finding, LastFinding } from "@attune/transport";
import { replyCode } from "../redis-errors.ts";
import { noPermission, type Questions } from "./questions.ts";

const pings = 5;
/** More than this a stage of an agent would notice: each of its calls takes so long. */
const slowMs = 50;

export async function* enter(questions: Questions): AsyncGenerator<Finding> {
  await questions.connect();
  const user = await authenticate(questions);
  yield await pinged(questions);
  yield encryption(questions);
  if (user) yield user;
  await selectDatabase(questions);
}

/** Why there is no connection, or no more. */
export function noConnection({ location }: Questions, error: unknown): Finding {
  const { message } = error as Error;
  return {
    check: "connection",
    outcome: "problem",
    found: `${location}: ${message}`,
    remedy: remedyOf(message, location),
  };
}

function remedyOf(message: string, location: string): string {
  const ping = `redis-cli -u ${location} PING`;
  if (/ECONNREFUSED/.test(message))
    return `Start the server, or mend host and port of the URL: nothing listens there. Try: ${ping}`;
  if (/ENOTFOUND|EAI_AGAIN/.test(message))
    return "Mend the host of the URL, or this machine's name service: the name leads nowhere.";
  if (/certificate|self-signed|altnames|SSL|TLS|EPROTO/i.test(message))
    return "Mend the certificate, name its authority by NODE_EXTRA_CA_CERTS=FILE, or use redis:// where the server does not speak TLS.";
  if (/no answer|ETIMEDOUT/.test(message)) {
    const otherwise = location.startsWith("rediss:")
      ? " Or it does not speak TLS: then redis:// is right."
      : "";
    return `See whether the server hangs or a firewall drops what is sent: its log, and ${ping}. A server that was stopped (SIGSTOP) or swaps has to go on or be restarted.${otherwise}`;
  }
  if (/^DENIED/.test(message))
    return "The server is in protected mode and takes no clients of other machines: give it a password (requirepass, or ACL users).";
  if (/^BUSY/.test(message)) return "A script runs for long: redis-cli SCRIPT KILL ends it.";
  return `See the server's log, and try: ${ping}`;
}

export function encryption({
  location,
  remoteAddress,
  credentials,
}: Pick<Questions, "location" | "remoteAddress" | "credentials">): Finding {
  const check = "encryption";
  if (location.startsWith("rediss:")) return { check, outcome: "ok", found: "TLS" };
  if (isLoopback(remoteAddress)) return { check, outcome: "ok", found: "none needed: the same machine" };
  return {
    check,
    outcome: "warning",
    found: `none${credentials.password === undefined ? "" : ": the password goes over the network in clear"}`,
    remedy:
      "Use rediss:// (the server needs tls-port and a certificate), unless nobody else can listen on this network.",
  };
}

/** Of an address; what is not known is taken for another machine. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const mapped = address.replace(/^::ffff:/i, "");
  return isIP(mapped) === 4 ? mapped.startsWith("127.") : mapped === "::1";
}

async function authenticate(questions: Questions): Promise<Finding | undefined> {
  const { user, password } = questions.credentials;
  if (password === undefined) return undefined;
  const check = "user";
  try {
    // Also what a Redis 5 understands, which has no users.
    await questions.ask("AUTH", ...(user === "default" ? [] : [user]), password);
    return { check, outcome: "ok", found: user };
  } catch (error) {
    const code = replyCode(error);
    if (code === undefined) throw error;
    if (/without any password configured|no password is set/.test((error as Error).message)) {
      return {
        check,
        outcome: "warning",
        found: "the server asks for no password",
        remedy: "Give the server one (requirepass, or ACL users), or leave it out of the URL.",
      };
    }
    throw new LastFinding({
      check,
      outcome: "problem",
      found: `${user}: ${(error as Error).message}`,
      remedy: `Mend user and password of the URL (percent-encode what is neither letter nor digit), or look at the user on the server: ACL GETUSER ${user}`,
    });
  }
}

async function pinged(questions: Questions): Promise<Finding> {
  const { clock } = questions.options;
  const times: number[] = [];
  for (let n = 0; n < pings; n++) {
    const sentAt = clock.monotonic();
    try {
      await questions.ask("PING");
    } catch (error) {
      // A refusal is an answer, and takes as long.
      if (!noPermission(error)) throw closedDoor(error);
    }
    times.push(clock.monotonic() - sentAt);
  }
  const median = times.sort((one, other) => one - other)[Math.floor(pings / 2)]!;
  const found = `answers in ${median.toFixed(median < 10 ? 1 : 0)} ms (the median of ${pings})`;
  if (median < slowMs) return { check: "connection", outcome: "ok", found };
  return {
    check: "connection",
    outcome: "warning",
    found,
    remedy:
      "Bring server and agents closer together, or see what keeps the server busy: redis-cli SLOWLOG GET 10",
  };
}

function closedDoor(error: unknown): unknown {
  const { message } = error as Error;
  switch (replyCode(error)) {
    case "NOAUTH":
      return new LastFinding({
        check: "user",
        outcome: "problem",
        found: "the server asks for a password",
        remedy: "Name it in the URL: redis://USER:PASSWORD@host:port (without a user: redis://:PASSWORD@…).",
      });
    case "LOADING":
      return new LastFinding({
        check: "loading",
        outcome: "problem",
        found: message,
        remedy:
          "Wait: the server reads its data from the disk. redis-cli INFO persistence says how far it is.",
      });
    default:
      return error;
  }
}

async function selectDatabase(questions: Questions): Promise<void> {
  const { user, db } = questions.credentials;
  if (db === 0) return;
  try {
    await questions.ask("SELECT", String(db));
  } catch (error) {
    if (replyCode(error) === undefined) throw error;
    throw new LastFinding({
      check: "database",
      outcome: "problem",
      found: `${db}: ${(error as Error).message}`,
      remedy: noPermission(error)
        ? `Let the user choose a database (ACL SETUSER ${user} +select), or leave /${db} out of the URL.`
        : `Leave /${db} out of the URL, or name a database that the server has: CONFIG GET databases`,
    });
  }
}
