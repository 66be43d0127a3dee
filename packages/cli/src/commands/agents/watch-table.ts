/** The table of agents, kept up to date on a screen of its own, where a resize leaves no rests; the last one stays below the prompt. */
import { type AgentHeartbeat, HeartbeatCoordinator, heartbeatTopic } from "@attune/heartbeat";
import { isStoreFailure } from "@attune/transport";
import { ReadingLoop } from "@attune-tools/reading-loop";
import { clipped } from "@attune-tools/terminal-text";
import { troubleFirst } from "../../agents/liveness.ts";
import { liveScreen } from "../../screen/live-screen.ts";
import type { Size } from "../../screen/size.ts";
import type { Session } from "../../session/session.ts";
import { awaySince } from "../../store/outage-texts.ts";
import { agentTable } from "./agent-table.ts";
import type { AgentsToWatch } from "./watch-agents.ts";

export async function watchTable(session: Session, { agent: wanted }: AgentsToWatch): Promise<void> {
  const { stdout, utc } = session;
  const transport = await session.openOrMake();
  await using heartbeat = new HeartbeatCoordinator({ transport });
  let agents: readonly AgentHeartbeat[] | undefined;
  let away: Date | undefined;

  async function read(): Promise<void> {
    const startedAt = new Date();
    try {
      const found = await heartbeat.getAgents(wanted === undefined ? undefined : [wanted]);
      agents = troubleFirst(found);
      away = undefined;
    } catch (error) {
      if (!isStoreFailure(error)) return screen.end(error);
      away ??= startedAt;
      agents = agents?.map((agent) => ({ ...agent, liveness: "unknown" }));
    }
    screen.redraw();
  }

  /** At most as many lines as there are rows. */
  function table({ columns, rows }: Size): string[] {
    const room = rows - (away ? 1 : 0);
    const fits = agents === undefined || agents.length + 1 <= room;
    const shown = (agents ?? []).slice(0, fits ? undefined : Math.max(1, room - 2));
    const [header, ...lines] = agentTable(shown, { output: stdout, now: Date.now() });
    const more = (agents?.length ?? 0) - shown.length;
    const below = [
      ...(more > 0 ? [`and ${more} more; attune top shows all`] : []),
      ...(agents?.length === 0 ? [wanted === undefined ? "No agents." : "There is no such agent."] : []),
      ...(agents === undefined ? ["Reading the agents."] : []),
      ...(away ? [awaySince(away, utc)] : []),
    ];
    const dim = below.map((line) => stdout.style("dim", clipped(line, columns)));
    const head = shown.length > 0 ? [stdout.style("bold", header!), ...lines] : [];
    return [...head, ...dim].slice(0, rows);
  }

  let last: readonly string[] = [];
  await using screen = await liveScreen(session, {
    picture: (size) => {
      last = table(size);
      // Always as high as the screen: then nothing has to be drawn anew when there are more or fewer agents.
      return [...last, ...Array.from({ length: size.rows - last.length }, () => "")];
    },
    onPresses: (presses) => {
      if (presses.some((press) => "text" in press && press.text === "q")) screen.end();
    },
    onStderr: () => {},
  });
  const loop = new ReadingLoop({ read, intervalMs: 1000, rest: 4 });
  const bell = transport.bell.watch([heartbeatTopic], () => loop.hurry());
  bell.ready.catch(() => {}); // without it news take a second
  const stopListening = transport.onStatus(() => loop.hurry());
  try {
    await screen.ended;
    for (const line of last) stdout.line(line);
  } finally {
    stopListening();
    bell.close();
    loop.close();
  }
}
