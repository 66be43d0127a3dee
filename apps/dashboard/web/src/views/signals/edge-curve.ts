/** The curve that leads from one agent to another: bent to one side, so that the way back is another one. */
import type { Point } from "./flow-layout.ts";

export interface Curve {
  readonly from: Point;
  readonly bend: Point;
  readonly to: Point;
}

/** From rim to rim: `fromRadius` and `toRadius` are those of the agents' discs. */
export function curveBetween(from: Point, to: Point, fromRadius: number, toRadius: number): Curve {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.max(1, Math.hypot(dx, dy));
  const offset = Math.min(36, length * 0.16) / length;
  const bend = { x: (from.x + to.x) / 2 - dy * offset, y: (from.y + to.y) / 2 + dx * offset };
  return { from: towards(from, bend, fromRadius), bend, to: towards(to, bend, toRadius) };
}

/** `share` 0 at its beginning, 1 at its end. */
export function pointOn({ from, bend, to }: Curve, share: number): Point {
  const rest = 1 - share;
  return {
    x: rest * rest * from.x + 2 * rest * share * bend.x + share * share * to.x,
    y: rest * rest * from.y + 2 * rest * share * bend.y + share * share * to.y,
  };
}

/** How far a point is from it, about. */
export function distanceTo(curve: Curve, point: Point): number {
  const pieces = 12;
  let least = Number.POSITIVE_INFINITY;
  let before = curve.from;
  for (let piece = 1; piece <= pieces; piece++) {
    const next = pointOn(curve, piece / pieces);
    least = Math.min(least, distanceToLine(before, next, point));
    before = next;
  }
  return least;
}

function distanceToLine(start: Point, end: Point, point: Point): number {
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((point.x - start.x) * dx + (point.y - start.y) * dy) / squared;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - start.x - share * dx, point.y - start.y - share * dy);
}

function towards(start: Point, end: Point, distance: number): Point {
  const length = Math.max(1, Math.hypot(end.x - start.x, end.y - start.y));
  const share = Math.min(0.45, distance / length);
  return { x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share };
}
