/** `attune dashboard`: serves until it is interrupted. */
import { startDashboard } from "@attune/dashboard";
import { type CommandValues, dashboardOptionsOf } from "@attune/dashboard/command";
import { AttuneError } from "@attune/transport";
import { usageError } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";

export async function serveDashboard(session: Session, values: CommandValues): Promise<void> {
  const { stdout, signal } = session;
  const options = await dashboardOptionsOf(values, session.surroundings.env).catch(asUsageError);
  const transport = await session.openToFollow();
  await using dashboard = await startDashboard({ ...options, transport, logger: session.logger }).catch(
    asUsageError,
  );
  const { url, link, token, location } = dashboard;
  if (session.json) stdout.json({ url, link, token, location });
  else stdout.line(link);
  stdout.flush();
  session.note("Open that link. Ctrl-C ends the dashboard.");
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function asUsageError(error: unknown): never {
  if (error instanceof AttuneError && error.code === "ATTUNE_ARGUMENT_INVALID")
    throw usageError(error.message);
  throw error;
}
