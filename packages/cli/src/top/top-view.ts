/** The picture of `top`, line by line: what is known, as whoever looks has chosen to see it. */
import type { Liveness } from "@attune/heartbeat";
import { cellWidth, cleanText, clipped } from "@attune-tools/terminal-text";
import type { Press } from "../screen/press.ts";
import type { Size } from "../screen/size.ts";
import type { Session } from "../session/session.ts";
import { selectedAgents } from "./agent-order.ts";
import type { FleetView } from "./fleet-view.ts";
import { type AgentColumn, agentColumns } from "./picture/agent-columns.ts";
import { agentRow, headerRow } from "./picture/agent-rows.ts";
import { approvalLines } from "./picture/approval-lines.ts";
import { detailLines } from "./picture/detail-lines.ts";
import { fitted } from "./picture/fitted.ts";
import { fleetLine, livenessCounts, selectionLine, storeLine } from "./picture/header-lines.ts";
import { helpLines, keysLine } from "./picture/help-lines.ts";
import type { Paint } from "./picture/paint.ts";
import { cursor, type Deed, firstChoices, pressed, type TopChoices } from "./top-choices.ts";

type KnownFleet = Pick<FleetView, "agents" | "listed" | "approvals" | "eventsPerSecond" | "away">;

/** From so many rows on there is room for three lines above the agents, and two below. */
const roomy = 12;

export class TopView {
  readonly #session: Session;
  readonly #store: string;
  readonly #fleet: KnownFleet;
  #choices: TopChoices = firstChoices;
  #message = "";
  /** In the order in which they are shown; made anew when all were read, or somebody chose: rows do not jump meanwhile. */
  #ids: readonly string[] = [];
  #counts: ReadonlyMap<Liveness, number> = new Map();
  #widest = 0;
  #top = 0;
  #seen: readonly string[] = [];
  #page = 1;
  #lines = 0;
  #approvals: { readonly for: readonly unknown[]; readonly lines: readonly string[] } | undefined;

  /** `store`: where it is, for people. */
  constructor(session: Session, store: string, fleet: KnownFleet) {
    this.#session = session;
    this.#store = cleanText(store);
    this.#fleet = fleet;
  }

  /** Whose rows are on the screen. */
  get seen(): readonly string[] {
    return this.#seen;
  }

  /** Below the agents, until the next key. */
  tell(message: string): void {
    this.#message = cleanText(message);
  }

  /** Of keys that came together none answers a question that the ones before it have raised. */
  press(presses: readonly Press[]): Deed | undefined {
    const before = this.#choices;
    let deed: Deed | undefined;
    this.#message = "";
    for (const press of presses) {
      const shown = { ids: this.#ids, page: this.#page, lines: this.#lines };
      const asked = this.#choices.asking !== null;
      ({ choices: this.#choices, deed } = pressed(this.#choices, press, shown));
      if (deed || asked || this.#choices.asking !== null) break;
    }
    const { sort, reverse, filter, liveness } = this.#choices;
    const same = before.sort === sort && before.reverse === reverse && before.filter === filter;
    if (!same || before.liveness !== liveness) this.arrange();
    return deed;
  }

  /** All agents were read, or other ones are wanted. */
  arrange(): void {
    const { agents } = this.#fleet;
    this.#ids = selectedAgents(agents.values(), this.#choices).map(({ agentId }) => agentId);
    this.#counts = livenessCounts(agents.values());
    this.#widest = 0;
    for (const id of agents.keys()) this.#widest = Math.max(this.#widest, cellWidth(id));
  }

  /** As many lines as the terminal has rows. */
  picture({ columns, rows }: Size, now: number): string[] {
    const { stdout, utc } = this.#session;
    const paint: Paint = { style: (style, text) => stdout.style(style, text), utc, now, columns };
    const fleet = this.#fleet;
    const figures = {
      store: this.#store,
      away: fleet.away,
      counts: this.#counts,
      agents: fleet.agents.size,
      eventsPerSecond: fleet.eventsPerSecond,
      approvals: fleet.approvals?.length,
    };
    const isRoomy = rows >= roomy;
    const above = isRoomy
      ? [storeLine(figures, paint), fleetLine(figures, paint)]
      : [fleet.away ? storeLine(figures, paint) : fleetLine(figures, paint)];
    const footer = isRoomy
      ? [this.#statusLine(paint), this.#keysLine(paint)]
      : [this.#statusLine(paint) || this.#keysLine(paint)];
    // The line about the selection, and in the table the names of its columns.
    const room = rows - above.length - footer.length - (isRoomy ? 1 : 0);
    const inTable = this.#choices.panel === "agents";
    const body = inTable
      ? this.#table(Math.max(1, room), isRoomy, paint)
      : this.#panel(Math.max(1, room), paint);
    const extent = { from: this.#top + 1, to: this.#top + this.#seen.length, of: this.#ids.length };
    if (isRoomy) above.push(inTable ? selectionLine(this.#choices, extent, paint) : this.#title(paint));
    while (body.length < room) body.push("");
    return [...above, ...body, ...footer].slice(0, rows);
  }

  #table(room: number, withHeader: boolean, paint: Paint): string[] {
    const { agents, away, listed } = this.#fleet;
    const columns: AgentColumn[] = agentColumns(paint.columns, this.#widest);
    const page = Math.max(1, room - (withHeader ? 1 : 0));
    const at = cursor(this.#choices, this.#ids);
    this.#page = page;
    // The cursor is always seen, and where it can be the page is full.
    this.#top = Math.max(0, Math.min(this.#top, this.#ids.length - page));
    if (at < this.#top) this.#top = at;
    if (at >= this.#top + page) this.#top = at - page + 1;
    this.#seen = this.#ids.slice(this.#top, this.#top + page);
    const rows = this.#seen.flatMap((id, index) => {
      const agent = agents.get(id);
      const selected = this.#top + index === at;
      return agent ? [agentRow(agent, { columns, selected, away: away !== undefined }, paint)] : [];
    });
    if (rows.length === 0)
      rows.push(paint.style("dim", fitted(this.#whyEmpty(listed), paint.columns).trimEnd()));
    return [...(withHeader ? [headerRow(columns, paint)] : []), ...rows];
  }

  #whyEmpty(listed: boolean): string {
    if (!listed) return "Reading the agents.";
    if (this.#fleet.agents.size === 0) return "No agents.";
    return "No agent is like that: l shows others, / filters for others.";
  }

  #panel(room: number, paint: Paint): string[] {
    const lines = this.#panelLines(paint);
    this.#page = room;
    this.#lines = lines.length;
    this.#seen = this.#choices.panel === "details" ? [this.#choices.agentId ?? ""].filter(Boolean) : [];
    const top = Math.max(0, Math.min(this.#choices.scrolled, lines.length - room));
    return lines.slice(top, top + room);
  }

  #panelLines(paint: Paint): readonly string[] {
    const { agents, away, approvals } = this.#fleet;
    const { panel, agentId } = this.#choices;
    if (panel === "help") return helpLines().map((line) => fitted(line, paint.columns).trimEnd());
    if (panel === "approvals") return this.#approvalLines(approvals, paint);
    const agent = agents.get(agentId ?? "");
    if (!agent) return ["This agent is gone."];
    return detailLines(agent, away !== undefined, paint);
  }

  /** Made anew each second: contexts may be long. */
  #approvalLines(approvals: KnownFleet["approvals"], { now, columns }: Paint): readonly string[] {
    const made = [approvals, columns, Math.floor(now / 1000)];
    if (this.#approvals?.for.every((value, index) => value === made[index])) return this.#approvals.lines;
    const lines = approvalLines(approvals, { output: this.#session.stdout, now });
    this.#approvals = { for: made, lines };
    return lines;
  }

  #title({ style, columns }: Paint): string {
    const titles: Record<TopChoices["panel"], string> = {
      agents: "",
      details: "Details of an agent  (Esc: back, a: abort)",
      approvals: "Pending approvals, oldest first  (Esc: back)",
      help: "Keys  (Esc: back)",
    };
    return style("dim", fitted(titles[this.#choices.panel], columns).trimEnd());
  }

  #statusLine({ style, columns }: Paint): string {
    const { asking, typing, filter } = this.#choices;
    if (asking !== null) {
      const room = columns - "Abort ? y/n".length;
      return style(["bold", "yellow"], `Abort ${clipped(JSON.stringify(asking), room)}? y/n`);
    }
    if (typing) return fitted(`Filter: ${filter}_`, columns).trimEnd();
    const { away } = this.#fleet;
    if (this.#message === "" && away) return style("red", fitted(away.reason, columns).trimEnd());
    return fitted(this.#message, columns).trimEnd();
  }

  #keysLine({ style, columns }: Paint): string {
    return style("dim", fitted(keysLine, columns).trimEnd());
  }
}
