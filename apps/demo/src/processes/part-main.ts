/** The process of one part of a demonstration. Started by `runInProcess`; nothing imports it. */
import { AttuneError, type Logger, openTransport } from "@attune/transport";
import { DemonstrationError } from "../demonstration.ts";
import { loadPart } from "../parts/all.ts";
import type { FromPart, ToPart } from "./part-messages.ts";
import { toldOnce } from "./told-once.ts";

/** How long it may take to come to an end when the demonstration is gone. */
const aloneMs = 3000;

const log = (level: keyof Logger) => (message: string) => answer({ kind: "log", level, message });
/** What has to be said is said by the demonstration, once for all of its parts. */
const logger: Logger = {
  debug: log("debug"),
  info: log("info"),
  warn: log("warn"),
  error: log("error"),
};
const ending = new AbortController();
const { told, tell } = toldOnce<unknown>(ending.signal);

// A Ctrl-C in the terminal reaches every process; when the parts end, and in which order, the demonstration says.
for (const name of ["SIGINT", "SIGHUP"] as const) process.on(name, () => {});
process.on("SIGTERM", () => ending.abort());

// The demonstration was killed: there is nobody left to work for.
process.on("disconnect", () => {
  ending.abort();
  setTimeout(() => process.exit(1), aloneMs).unref();
});

// Who reads has seen enough; the demonstration notices that too, and ends.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.on("message", (message: ToPart) => {
  if (message.kind === "begin") void run(message);
  else if (message.kind === "told") tell(message.told);
  else ending.abort();
});

async function run({ part, url, input }: ToPart & { kind: "begin" }): Promise<void> {
  answer(await outcomeOf(part, url, input));
  if (process.connected) process.disconnect();
}

async function outcomeOf(name: string, url: string, input: unknown): Promise<FromPart> {
  try {
    const part = await loadPart(name);
    await using transport = await openTransport(url, { logger });
    const stage = {
      transport,
      say: (line: string) => void process.stdout.write(`[${process.pid}] ${line}\n`),
      ready: (value: unknown) => answer({ kind: "ready", value }),
      told,
      ending: ending.signal,
    };
    return { kind: "result", output: await part.run(stage, input) };
  } catch (error) {
    // Both say in their message what to do; anything else is a mistake of ours, and shows its stack.
    if (error instanceof DemonstrationError || error instanceof AttuneError) {
      return { kind: "failed", message: error.message };
    }
    console.error(error);
    return { kind: "failed", message: String(error) };
  }
}

function answer(message: FromPart): void {
  if (process.connected) process.send!(message, () => {});
}
