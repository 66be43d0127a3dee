/** Draws the picture of signals: what stands still on one canvas, what travels on the one above it. */
import type { CanvasColours } from "./canvas-colours.ts";
import { pointOn } from "./edge-curve.ts";
import { type Flight, flightMs } from "./flights.ts";
import type { Disc, FlowScene, SceneTarget, Way } from "./flow-scene.ts";
import { countedMs } from "./recent-count.ts";
import { colourOf } from "./signal-colours.ts";
import { others } from "./signal-traffic.ts";

export interface Look {
  readonly colours: CanvasColours;
  /** Of an agent, by name of a colour. */
  readonly rimOf: (agent: string) => keyof CanvasColours;
  /** Whether it is to stand out, or to be hardly seen; `undefined`: neither. */
  readonly lit: (target: SceneTarget) => boolean | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const font = '11px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const dim = 0.22;
const longestLabel = 20;

export function paintScene(context: CanvasRenderingContext2D, scene: FlowScene, look: Look): void {
  for (const way of scene.ways.values()) paintWay(context, way, scene, look);
  context.font = font;
  context.textAlign = "center";
  for (const disc of scene.discs.values()) paintDisc(context, disc, look);
  // Above all discs and ways.
  for (const disc of scene.discs.values()) paintName(context, disc, scene, look);
  context.globalAlpha = 1;
}

function paintWay(context: CanvasRenderingContext2D, way: Way, scene: FlowScene, look: Look): void {
  const { edge } = way;
  const { colours, lit, now } = look;
  const isLit = lit({ kind: "edge", edge });
  const fresh = Math.max(0, 1 - (now - edge.lastAt) / countedMs);
  const share = shareOf(edge.count, scene);
  // Nearly everybody talks with the others.
  const weight = edge.source === others || edge.target === others ? 0.3 : 1;
  context.globalAlpha = isLit === false ? 0.06 : isLit ? 0.95 : weight * (0.14 + 0.6 * fresh * share);
  context.strokeStyle = isLit ? colours.accent : colours.muted;
  context.lineWidth = widthOf(share);
  context.beginPath();
  trace(context, way, scene);
  context.stroke();
  paintHead(context, way, 4 + widthOf(share), isLit ? colours.accent : colours.muted);
}

/** Of the busiest one: from 0 to 1, and such that those with little traffic differ, too. */
function shareOf(count: number, { busiest }: FlowScene): number {
  return Math.sqrt(Math.min(1, count / Math.max(4, busiest)));
}

/** 1 to 6 pixels. */
function widthOf(share: number): number {
  return 1 + 5 * share;
}

function trace(context: CanvasRenderingContext2D, { curve, edge }: Way, { discs }: FlowScene): void {
  if (curve) {
    context.moveTo(curve.from.x, curve.from.y);
    context.quadraticCurveTo(curve.bend.x, curve.bend.y, curve.to.x, curve.to.y);
    return;
  }
  const disc = discs.get(edge.source);
  if (disc) context.arc(disc.x, disc.y - disc.radius - 7, 8, 0.7 * Math.PI, 2.3 * Math.PI);
}

function paintHead(context: CanvasRenderingContext2D, { curve }: Way, size: number, colour: string): void {
  if (!curve) return;
  const angle = Math.atan2(curve.to.y - curve.bend.y, curve.to.x - curve.bend.x);
  const { x, y } = curve.to;
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x + 2 * Math.cos(angle), y + 2 * Math.sin(angle));
  for (const side of [-0.45, 0.45]) {
    context.lineTo(x - size * Math.cos(angle + side), y - size * Math.sin(angle + side));
  }
  context.fill();
}

function paintDisc(context: CanvasRenderingContext2D, disc: Disc, look: Look): void {
  const { agent, x, y, radius } = disc;
  const { colours, lit, rimOf } = look;
  const isLit = lit({ kind: "agent", agent });
  context.globalAlpha = isLit === false ? dim : 1;
  context.fillStyle = isLit ? colours.raised : colours.surface;
  context.strokeStyle = colours[rimOf(agent)] as string;
  context.lineWidth = isLit ? 3.5 : 2;
  context.setLineDash(agent === others ? [3, 3] : []);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.setLineDash([]);
}

function paintName(context: CanvasRenderingContext2D, disc: Disc, scene: FlowScene, look: Look): void {
  const { agent, x, y, radius } = disc;
  const { colours, lit } = look;
  context.globalAlpha = lit({ kind: "agent", agent }) === false ? dim : 1;
  if (agent === others) {
    label(context, `+${scene.flow.othersCount}`, x, y + 4, colours.text, colours);
    label(context, "others", x, y + radius + 13, colours.muted, colours);
    return;
  }
  label(context, shortened(agent), x, y + radius + 13, colours.text, colours);
}

function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  colours: CanvasColours,
): void {
  context.lineJoin = "round";
  context.lineWidth = 6;
  context.strokeStyle = colours.surface;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/** Its beginning and its end: ids often differ in the last digits only. */
function shortened(name: string): string {
  const characters = [...name.replace(/\s+/g, " ")];
  if (characters.length <= longestLabel) return characters.join("");
  return `${characters.slice(0, 11).join("")}…${characters.slice(-8).join("")}`;
}

export interface TravelLook {
  readonly colours: CanvasColours;
  /** Of the page's clock. */
  readonly now: number;
  /** Nothing travels: ways and agents light up instead. */
  readonly still: boolean;
}

export function paintFlights(
  context: CanvasRenderingContext2D,
  flights: readonly Flight[],
  scene: FlowScene,
  { colours, now, still }: TravelLook,
): void {
  context.font = `600 ${font}`;
  context.textAlign = "center";
  for (const flight of flights) {
    const share = Math.max(0, Math.min(1, (now - flight.startedAt) / flightMs));
    const colour = colours.kinds[colourOf(flight.type)]!;
    const disc = scene.discs.get(flight.source);
    if (!disc) continue;
    if (flight.target === null) paintRing(context, disc, flight, still ? 0.4 : share, colour);
    else if (still) paintGlow(context, scene, flight, colour);
    else paintDot(context, scene, flight, share, { colour, text: colours.surface });
  }
  context.globalAlpha = 1;
}

function paintRing(
  context: CanvasRenderingContext2D,
  disc: Disc,
  { count }: Flight,
  share: number,
  colour: string,
): void {
  context.globalAlpha = 0.9 * (1 - share) + 0.05;
  context.strokeStyle = colour;
  context.lineWidth = Math.min(8, 1.5 + Math.log2(count) * 1.5);
  context.beginPath();
  context.arc(disc.x, disc.y, disc.radius + 4 + 62 * eased(share), 0, 2 * Math.PI);
  context.stroke();
}

function paintGlow(
  context: CanvasRenderingContext2D,
  scene: FlowScene,
  flight: Flight,
  colour: string,
): void {
  const way = scene.ways.get(flight.way);
  if (!way) return;
  context.globalAlpha = 0.9;
  context.strokeStyle = colour;
  context.lineWidth = 2 + widthOf(shareOf(way.edge.count, scene));
  context.beginPath();
  trace(context, way, scene);
  context.stroke();
}

function paintDot(
  context: CanvasRenderingContext2D,
  scene: FlowScene,
  { way: key, count, source }: Flight,
  share: number,
  { colour, text }: { readonly colour: string; readonly text: string },
): void {
  const way = scene.ways.get(key);
  if (!way) return;
  const disc = scene.discs.get(source)!;
  const turn = 0.7 * Math.PI + 1.6 * Math.PI * share;
  const { x, y } = way.curve
    ? pointOn(way.curve, eased(share))
    : { x: disc.x + 8 * Math.cos(turn), y: disc.y - disc.radius - 7 + 8 * Math.sin(turn) };
  context.globalAlpha = 1;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, count === 1 ? 4 : Math.min(13, 5 + Math.log2(count) * 1.6), 0, 2 * Math.PI);
  context.fill();
  if (count < 3) return;
  context.fillStyle = text;
  context.fillText(count > 999 ? "999+" : String(count), x, y + 4);
}

/** Leaves and arrives gently. */
function eased(share: number): number {
  return share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) ** 2;
}
