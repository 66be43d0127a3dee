/** `top`: from the store to the screen, from keys to signals, and everything put back at the end. */
import { CoordinationSignals } from "@attune/signals";
import { isStoreFailure, type Transport } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { liveScreen } from "../screen/live-screen.ts";
import type { Press } from "../screen/press.ts";
import { identityOf } from "../session/identity.ts";
import type { Session } from "../session/session.ts";
import { FleetView } from "./fleet-view.ts";
import { TopView } from "./top-view.ts";

/** Faster than so, only what is seen is drawn when it was read; the overview comes with the next picture. */
const slowMs = 500;

/** An agent looks for it when it gets to it. */
const abortTtlMs = 10 * 60_000;

export async function runTop(session: Session, transport: Transport, intervalMs: number): Promise<void> {
  const agentId = identityOf(session, { fallback: () => "attune-top" });
  // Reading begins, and calls back, once there is something to draw on.
  await using fleet = new FleetView({
    transport,
    intervalMs,
    seen: () => view.seen,
    onListed: () => view.arrange(),
    onNews: (what) => {
      if (what === "seen" || intervalMs >= slowMs || view.seen.length === 0) screen.redraw();
    },
    onFailure: (error) => screen.end(error),
  });
  const view = new TopView(session, transport.location, fleet);
  await using screen = await liveScreen(session, {
    picture: (size) => view.picture(size, Date.now()),
    onPresses,
    onStderr: (text) => view.tell(text.trim().split("\n").at(-1) ?? ""),
  });
  fleet.start();
  await using signals = new CoordinationSignals({ agentId, transport, enableStreaming: true });

  function onPresses(presses: readonly Press[]): void {
    const deed = view.press(presses);
    if (deed && "quit" in deed) {
      screen.end();
    } else {
      if (deed) void abort(deed.abort);
      screen.redraw();
    }
  }

  async function abort(agentId: string): Promise<void> {
    view.tell(await sent(agentId));
    screen.redraw();
  }

  async function sent(agentId: string): Promise<string> {
    const to = JSON.stringify(agentId);
    try {
      const id = await signals.signal({ signalType: "abort", targetAgent: agentId, ttlMs: abortTtlMs });
      return id === "" ? `The signal abort for ${to} was not sent.` : `Sent the signal abort to ${to}.`;
    } catch (error) {
      if (!isStoreFailure(error)) screen.end(error);
      return `The signal abort for ${to} is not known to be sent: ${cleanText((error as Error).message)}`;
    }
  }

  await screen.ended;
}
