/** Opens the chosen store for a command, and says which it is. */
import { existsSync } from "node:fs";
import { openTransport, type Transport } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { CliError, exitCode, usageError } from "../exit-code.ts";
import type { Session } from "../session/session.ts";
import type { ChosenStore } from "./choose-store.ts";

export async function openStore(
  session: Session,
  store: ChosenStore,
  { make }: { readonly make: boolean },
): Promise<Transport> {
  const { logger } = session;
  if (/^memory:/i.test(store.url)) {
    throw usageError(
      `A store in memory (${store.chosenBy}) is seen by its own process only: there is nothing to see from here.`,
      "Let the fleet use a file (the default) or a Redis: ATTUNE_URL=sqlite:fleet.db, ATTUNE_URL=redis://127.0.0.1:6379",
    );
  }
  const empty = !make && store.file !== undefined && !existsSync(store.file);
  if (empty && store.chosenBy !== "default") {
    throw new CliError(
      exitCode.storeUnavailable,
      `There is no file ${cleanText(store.file)} (${store.chosenBy}).`,
      ["The first agent that uses it makes it."],
    );
  }
  // What is not there yet is empty, and stays away.
  const url = empty ? "memory:" : store.url;
  const transport = await openTransport(url, { prefix: store.prefix, logger, onUnavailable: "throw" });
  if (transport.status === "unavailable") {
    await transport.close();
    throw new CliError(
      exitCode.storeUnavailable,
      `The store at ${cleanText(transport.location)} (${store.chosenBy}) cannot be reached.`,
      ["Is it running there? `attune doctor` looks closer."],
    );
  }
  const where = empty ? `sqlite:${store.file}` : transport.location;
  const prefix = store.prefix === undefined ? "" : `, prefix ${JSON.stringify(store.prefix)}`;
  const absent = empty ? ", not there yet: the first agent makes it." : "";
  session.note(`Store: ${where} (${store.chosenBy}${prefix})${absent}`);
  return transport;
}
