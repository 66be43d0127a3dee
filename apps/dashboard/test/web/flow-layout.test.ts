import { expect, it } from "vitest";
import { FlowLayout } from "../../web/src/views/signals/flow-layout.ts";

const ids = Array.from({ length: 20 }, (_, at) => `agent-${at}`);
const ring = ids.map((id, at) => [id, ids[(at + 1) % ids.length]!] as const);

function settled(): FlowLayout {
  const layout = new FlowLayout(800, 500);
  layout.show(ids, ring);
  layout.settle();
  return layout;
}

function places(layout: FlowLayout) {
  return ids.map((id) => ({ x: layout.place(id)!.x, y: layout.place(id)!.y }));
}

it("comes to rest, inside of the picture, with nobody on top of another", () => {
  const layout = settled();
  expect(layout.moving).toBe(false);
  const found = places(layout);
  for (const [at, { x, y }] of found.entries()) {
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(800);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(500);
    for (const other of found.slice(at + 1)) expect(Math.hypot(x - other.x, y - other.y)).toBeGreaterThan(30);
  }
});

it("stays as it is while the same is shown", () => {
  const layout = settled();
  const before = places(layout);
  layout.show(ids, ring);
  expect(layout.moving).toBe(false);
  layout.step();
  expect(places(layout)).toEqual(before);
});

it("moves those that are there only a little when one comes", () => {
  const layout = settled();
  const before = places(layout);
  layout.show([...ids, "new"], [...ring, ["new", ids[3]!]]);
  layout.settle();
  const moved = places(layout).map(({ x, y }, at) => Math.hypot(x - before[at]!.x, y - before[at]!.y));
  expect(moved.reduce((sum, one) => sum + one, 0) / moved.length).toBeLessThan(60);
  expect(layout.place("new")).toBeDefined();
});

it("forgets who is gone without moving the others", () => {
  const layout = settled();
  const before = layout.place(ids[0]!)!.x;
  layout.show(ids.slice(0, 10), ring.slice(0, 9));
  expect(layout.moving).toBe(false);
  expect(layout.place(ids[15]!)).toBeUndefined();
  expect(layout.place(ids[0]!)!.x).toBe(before);
});

it("keeps the picture's shape when the window gets another size", () => {
  const layout = settled();
  const before = layout.place(ids[4]!)!.x;
  layout.resize(400, 500);
  expect(layout.place(ids[4]!)!.x).toBeLessThan(Math.max(before, 340));
  for (const { x } of places(layout)) expect(x).toBeLessThanOrEqual(400);
});
