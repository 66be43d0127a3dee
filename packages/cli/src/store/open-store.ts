/** Opens the chosen store for a command, and says which it is. */
import { existsSync } from "node:fs";
import { openTransport, type Transport } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { CliError, exitCode, usageError } from "../exit-code.ts";
import type { Session } from "../session/session.ts";
import type { ChosenStore } from "./choose-store.ts";

/**
 * `"read"`: looks once, and makes no file. `"write"`: changes something, or waits for what others will do: a file that is not
 * there is made. `"follow"`: the same, for what goes on over outages, which are told.
 */
export type StoreUse = "read" | "write" | "follow";

export async function openStore(session: Session, store: ChosenStore, use: StoreUse): Promise<Transport> {
  const { logger } = session;
  if (/^memory:/i.test(store.url)) {
    throw usageError(
      `A store in memory (${store.chosenBy}) is seen by its own process only: there is nothing to see from here.`,
      "Let the fleet use a file (the default) or a Redis: ATTUNE_URL=sqlite:fleet.db, ATTUNE_URL=redis://127.0.0.1:6379",
    );
  }
  const empty = use === "read" && store.file !== undefined && !existsSync(store.file);
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
  if (use === "follow") tellOutages(transport, session);
  if (empty) {
    session.note(
      `Store: sqlite:${cleanText(store.file)} (${store.chosenBy}), not there yet: the first agent makes it.`,
    );
  } else {
    session.note(`Store: ${cleanText(transport.location)} (${store.chosenBy})`);
  }
  return transport;
}

/** Features that follow say nothing of an outage themselves: they go on when it is over. */
function tellOutages(transport: Transport, { logger }: Session): void {
  let away = false;
  transport.onStatus((status) => {
    if (status === "unavailable" && !away)
      logger.warn(`The store at ${transport.location} is away; waiting for it.`);
    if (status === "available" && away) logger.warn(`The store at ${transport.location} is back.`);
    if (status !== "connecting") away = status === "unavailable";
  });
}
