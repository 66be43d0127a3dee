/** `attune doctor`. */
import { existsSync } from "node:fs";
import { diagnose, type Finding, openTransport, silentLogger } from "@attune/transport";
import { CliError, exitCode } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import type { ChosenStore } from "../../store/choose-store.ts";
import { shownUrl } from "../../store/shown-url.ts";
import { lookAtConfig } from "./look-at-config.ts";
import { lookAtNode } from "./look-at-node.ts";
import { lookAtPackages } from "./look-at-packages.ts";
import { printFindings } from "./print-findings.ts";

export async function examine(session: Session): Promise<void> {
  const findings: Finding[] = [
    lookAtNode(),
    await lookAtConfig(session.surroundings.cwd),
    ...lookAtPackages(),
  ];
  const store = await chosenStore(session);
  if (store) findings.push(...(await lookAtStore(store)));
  printFindings(session, findings);
  const problems = findings.filter(({ outcome }) => outcome === "problem").length;
  if (problems === 0) return;
  if (store && !(await canBeReached(store))) {
    throw new CliError(
      exitCode.storeUnavailable,
      `The store at ${shownUrl(store.url)} (${store.chosenBy}) cannot be used.`,
    );
  }
  throw new CliError(
    exitCode.failed,
    problems === 1 ? "There is a problem." : `There are ${problems} problems.`,
  );
}

/** `undefined`: the configuration that would say it is damaged, which is a finding already. */
async function chosenStore(session: Session): Promise<ChosenStore | undefined> {
  try {
    return await session.store();
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

async function lookAtStore({ url, chosenBy, prefix }: ChosenStore): Promise<Finding[]> {
  const store: Finding = { check: "store", outcome: "ok", found: `${shownUrl(url)} (${chosenBy})` };
  return [store, ...(await diagnose(url, prefix === undefined ? {} : { prefix }))];
}

/** Where there was a problem: whether it is one that keeps everybody out. */
async function canBeReached({ url, file, prefix }: ChosenStore): Promise<boolean> {
  // To look for it would make it.
  if (file !== undefined && !existsSync(file)) return false;
  try {
    await using transport = await openTransport(url, { prefix, logger: silentLogger });
    return transport.status === "available";
  } catch {
    return false;
  }
}
