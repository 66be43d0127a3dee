/** Where the agents of the picture stand: found by forces, a step at a time, and kept as long as nothing else is to be drawn. */
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type Simulation,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from "d3-force";

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Node extends SimulationNodeDatum {
  readonly id: string;
  x: number;
  y: number;
  /** Where it came to rest, and is to stay if it can. */
  home: Point | undefined;
}

type Link = SimulationLinkDatum<Node>;

/** Room for what is drawn around a node: its name below, and beside. */
const margin = { x: 64, top: 24, bottom: 40 };
/** Where nobody can see any more that it moves. */
const restingAlpha = 0.03;
/** How strongly an agent is drawn to where it stood before. */
const homing = 0.3;

export class FlowLayout {
  readonly #nodes = new Map<string, Node>();
  readonly #simulation: Simulation<Node, Link>;
  #links = new Set<string>();
  #middle: string | undefined;
  #width: number;
  #height: number;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#simulation = forceSimulation<Node, Link>([]).stop().alpha(0);
    this.#tune();
  }

  get moving(): boolean {
    return this.#simulation.alpha() > restingAlpha;
  }

  place(id: string): Point | undefined {
    return this.#nodes.get(id);
  }

  /** What is there stays where it is, as far as it can. Ways lead from id to id; `middle` is always in the middle. */
  show(
    ids: readonly string[],
    ways: readonly (readonly [from: string, to: string])[],
    middle?: string,
  ): void {
    this.#middle = middle;
    const wanted = new Set(ids);
    const neighbours = new Map<string, string>();
    const links = new Set<string>();
    for (const [from, to] of ways) {
      if (from === to || !wanted.has(from) || !wanted.has(to)) continue;
      links.add(from < to ? JSON.stringify([from, to]) : JSON.stringify([to, from]));
      if (this.#nodes.has(to)) neighbours.set(from, to);
      if (this.#nodes.has(from)) neighbours.set(to, from);
    }
    const isFirst = this.#nodes.size === 0;
    let isNew = false;
    for (const id of this.#nodes.keys()) if (!wanted.has(id)) this.#nodes.delete(id);
    for (const [at, id] of ids.entries()) {
      if (this.#nodes.has(id)) continue;
      isNew = true;
      this.#nodes.set(id, { id, home: undefined, ...this.#birthplace(at, ids.length, neighbours.get(id)) });
    }
    const isLinkedAnew = [...links].some((link) => !this.#links.has(link));
    if (!isNew && !isLinkedAnew && links.size === this.#links.size && this.#nodes.size === wanted.size)
      return;
    this.#links = links;
    this.#tune();
    const warmth = isFirst ? 1 : isNew ? 0.35 : isLinkedAnew ? 0.15 : 0;
    if (warmth > this.#simulation.alpha()) this.#simulation.alpha(warmth);
  }

  resize(width: number, height: number): void {
    if (width === this.#width && height === this.#height) return;
    for (const node of this.#nodes.values()) {
      node.x *= width / this.#width;
      node.y *= height / this.#height;
      node.home = undefined;
    }
    this.#width = width;
    this.#height = height;
    this.#tune();
    this.#keepInside();
  }

  /** One step; nothing happens once it rests. */
  step(): void {
    if (!this.moving) return;
    this.#simulation.tick();
    this.#keepInside();
    if (!this.moving) for (const node of this.#nodes.values()) node.home = { x: node.x, y: node.y };
  }

  /** All steps at once, for those who want nothing to move. */
  settle(): void {
    for (let steps = 0; this.moving && steps < 300; steps++) this.step();
  }

  #tune(): void {
    const nodes = [...this.#nodes.values()];
    for (const node of nodes) {
      const isMiddle = node.id === this.#middle;
      node.fx = isMiddle ? this.#width / 2 : null;
      node.fy = isMiddle ? this.#height / 2 : null;
    }
    const degrees = new Map<string, number>();
    const links = [...this.#links].map((link) => {
      const [source, target] = JSON.parse(link) as [string, string];
      for (const id of [source, target]) degrees.set(id, (degrees.get(id) ?? 0) + 1);
      return { source, target, ends: [source, target] as const };
    });
    // As much room for each as there is.
    const room = Math.sqrt((this.#width * this.#height) / Math.max(4, nodes.length));
    const wide = this.#width / this.#height;
    this.#simulation
      .nodes(nodes)
      .force(
        "apart",
        forceManyBody<Node>()
          .strength(-room * 4)
          .distanceMax(room * 3),
      )
      .force(
        "together",
        forceLink<Node, Link & { ends: readonly [string, string] }>(links)
          .id(({ id }) => id)
          .distance(room)
          // Who talks with everybody is not to draw all into one heap.
          .strength(({ ends }) => 0.25 / Math.max(...ends.map((id) => degrees.get(id) ?? 1))),
      )
      .force("collide", forceCollide<Node>(Math.min(44, room * 0.42)).strength(0.8))
      .force(
        "x",
        forceX<Node>(({ home }) => home?.x ?? this.#width / 2).strength(({ home }) =>
          home ? homing : 0.05 / Math.max(1, wide),
        ),
      )
      .force(
        "y",
        forceY<Node>(({ home }) => home?.y ?? this.#height / 2).strength(({ home }) =>
          home ? homing : 0.05 * Math.max(1, wide),
        ),
      );
  }

  /** Beside somebody it talks with, else on a spiral from the middle. */
  #birthplace(at: number, count: number, neighbour: string | undefined): Point {
    const beside = neighbour === undefined ? undefined : this.#nodes.get(neighbour);
    const angle = at * 2.399963; // the golden angle
    if (beside) return { x: beside.x + 40 * Math.cos(angle), y: beside.y + 40 * Math.sin(angle) };
    const reach = Math.sqrt((at + 0.5) / count) * 0.42;
    return {
      x: this.#width * (0.5 + reach * Math.cos(angle)),
      y: this.#height * (0.5 + reach * Math.sin(angle)),
    };
  }

  #keepInside(): void {
    for (const node of this.#nodes.values()) {
      node.x = within(node.x, margin.x, this.#width - margin.x);
      node.y = within(node.y, margin.top, this.#height - margin.bottom);
    }
  }
}

function within(value: number, lowest: number, highest: number): number {
  return highest < lowest ? (lowest + highest) / 2 : Math.max(lowest, Math.min(highest, value));
}
