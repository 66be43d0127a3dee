/** The picture of signals: two canvases that are drawn only while something moves, and a pointer over them. */
import { type CanvasColours, onColoursChanged, readColours } from "./canvas-colours.ts";
import { Flights } from "./flights.ts";
import { FlowLayout } from "./flow-layout.ts";
import { type FlowScene, nodesOf, type SceneTarget, sceneOf, summaryOf, targetAt } from "./flow-scene.ts";
import { type Look, paintFlights, paintScene } from "./paint-flow.ts";
import { concerns, type SignalFocus } from "./signal-filter.ts";
import type { SignalRecord } from "./signal-record.ts";
import { type DrawnEdge, others, type SignalTraffic, wayKey } from "./signal-traffic.ts";

export interface FlowCanvasOptions {
  readonly traffic: SignalTraffic;
  readonly rimOf: (agent: string) => keyof CanvasColours;
  readonly onPick: (target: SceneTarget) => void;
  /** What the pointer is over now, and where. */
  readonly onPoint: (target: SceneTarget | undefined, x: number, y: number) => void;
  readonly onSummary: (summary: string) => void;
}

export interface FlowView {
  readonly types: ReadonlySet<string>;
  readonly search: string;
  readonly focus: SignalFocus | null;
}

/** How often the picture is looked through, where nothing moves: ways fade that slowly. */
const refreshMs = 500;
const maxPixelRatio = 2;

export class FlowCanvas {
  readonly #options: FlowCanvasOptions;
  readonly #box: HTMLElement;
  readonly #ground: CanvasRenderingContext2D;
  readonly #sky: CanvasRenderingContext2D;
  readonly #flights = new Flights();
  readonly #layout = new FlowLayout(800, 400);
  readonly #endings: (() => void)[] = [];
  readonly #still = window.matchMedia("(prefers-reduced-motion: reduce)");
  #colours: CanvasColours;
  #view: FlowView = { types: new Set(), search: "", focus: null };
  #scene: FlowScene;
  #pointed: SceneTarget | undefined;
  #width = 0;
  #height = 0;
  #frame: number | undefined;
  #summary = "";
  #isCleared = true;

  /** `box` holds the two, the one that stands still first. */
  constructor(
    box: HTMLElement,
    ground: HTMLCanvasElement,
    sky: HTMLCanvasElement,
    options: FlowCanvasOptions,
  ) {
    this.#options = options;
    this.#box = box;
    this.#ground = ground.getContext("2d")!;
    this.#sky = sky.getContext("2d")!;
    this.#colours = readColours(box);
    this.#scene = sceneOf({ agents: [], edges: [], othersCount: 0, total: 0 }, this.#layout);
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(box);
    const timer = window.setInterval(() => this.refresh(), refreshMs);
    const onMove = (event: PointerEvent) => this.#point(event);
    const onLeave = () => this.#pointAt(undefined, 0, 0);
    const onClick = (event: MouseEvent) => {
      const target = targetAt(this.#scene, { x: event.offsetX, y: event.offsetY });
      if (target) options.onPick(target);
    };
    sky.addEventListener("pointermove", onMove);
    sky.addEventListener("pointerleave", onLeave);
    sky.addEventListener("click", onClick);
    this.#endings.push(
      () => observer.disconnect(),
      () => window.clearInterval(timer),
      () => sky.removeEventListener("pointermove", onMove),
      () => sky.removeEventListener("pointerleave", onLeave),
      () => sky.removeEventListener("click", onClick),
      onColoursChanged(() => {
        this.#colours = readColours(box);
        this.#paintGround();
      }),
    );
    this.#resize();
  }

  show(view: FlowView): void {
    this.#view = view;
    this.refresh();
  }

  /** One is on its way now. */
  fly(signal: SignalRecord): void {
    const { source, target, type } = signal;
    if (document.hidden || target === undefined || type === null) return;
    const { types, focus } = this.#view;
    if (types.size > 0 && !types.has(type)) return;
    if (focus && !concerns(signal, focus)) return;
    const drawn = (agent: string) => (this.#layout.place(agent) ? agent : others);
    const from = drawn(source);
    const to = target === null ? null : drawn(target);
    if (from === others && to === others) return;
    if (to !== null && !this.#scene.ways.has(wayKey(from, to))) return; // drawn with the next one
    this.#flights.add(from, to, type, performance.now());
    this.#move();
  }

  /** Looks through what there is to be drawn. */
  refresh(): void {
    if (document.hidden || this.#width === 0) return;
    const { traffic } = this.#options;
    const { types, focus } = this.#view;
    const flow = traffic.flow(Date.now(), types, focus ? agentsOf(focus) : []);
    const between = flow.edges.filter((edge): edge is DrawnEdge & { target: string } => edge.target !== null);
    const isAnew = this.#scene.discs.size === 0;
    this.#layout.show(
      nodesOf(flow),
      between.map(({ source, target }) => [source, target] as const),
      others,
    );
    if (this.#still.matches || isAnew) this.#layout.settle();
    this.#scene = sceneOf(flow, this.#layout);
    this.#paintGround();
    this.#summarise();
    if (this.#layout.moving) this.#move();
  }

  close(): void {
    for (const end of this.#endings) end();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #move(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#layout.moving) {
      this.#layout.step();
      this.#scene = sceneOf(this.#scene.flow, this.#layout);
      this.#paintGround();
    }
    const now = performance.now();
    const flights = this.#flights.underWay(now);
    if (!this.#isCleared) clear(this.#sky, this.#width, this.#height);
    this.#isCleared = flights.length === 0;
    paintFlights(this.#sky, flights, this.#scene, {
      colours: this.#colours,
      now,
      still: this.#still.matches,
    });
    if (flights.length > 0 || this.#layout.moving) this.#move();
  }

  #paintGround(): void {
    clear(this.#ground, this.#width, this.#height);
    paintScene(this.#ground, this.#scene, this.#look());
  }

  #look(): Look {
    return { colours: this.#colours, rimOf: this.#options.rimOf, lit: this.#lit(), now: Date.now() };
  }

  #lit(): Look["lit"] {
    const { focus, search } = this.#view;
    const pointed = this.#pointed;
    const text = search.trim().toLowerCase();
    if (pointed) return litBy(focusOf(pointed), this.#scene);
    if (focus) return litBy(focus, this.#scene);
    const matches = (agent: string) => text !== "" && agent.toLowerCase().includes(text);
    if (![...this.#scene.discs.keys()].some(matches)) return () => undefined;
    return (target) =>
      target.kind === "agent"
        ? matches(target.agent)
        : matches(target.edge.source) || matches(target.edge.target ?? "");
  }

  #point(event: PointerEvent): void {
    const { offsetX: x, offsetY: y } = event;
    this.#pointAt(targetAt(this.#scene, { x, y }), x, y);
  }

  #pointAt(target: SceneTarget | undefined, x: number, y: number): void {
    const isSame = keyOf(target) === keyOf(this.#pointed);
    if (isSame) return;
    this.#pointed = target;
    this.#sky.canvas.style.cursor = target ? "pointer" : "";
    this.#options.onPoint(target, x, y);
    this.#paintGround();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#box;
    if (clientWidth === 0 || clientHeight === 0) return;
    if (clientWidth === this.#width && clientHeight === this.#height) return;
    this.#width = clientWidth;
    this.#height = clientHeight;
    const ratio = Math.min(maxPixelRatio, window.devicePixelRatio || 1);
    for (const context of [this.#ground, this.#sky]) {
      context.canvas.width = Math.round(clientWidth * ratio);
      context.canvas.height = Math.round(clientHeight * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.#layout.resize(clientWidth, clientHeight);
    this.refresh();
  }

  #summarise(): void {
    const summary = summaryOf(this.#scene);
    if (summary === this.#summary) return;
    this.#summary = summary;
    this.#options.onSummary(summary);
  }
}

function clear(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.clearRect(0, 0, width, height);
}

function agentsOf(focus: SignalFocus): string[] {
  if (focus.kind === "agent") return [focus.agent];
  return focus.target === null ? [focus.source] : [focus.source, focus.target];
}

export function focusOf(target: SceneTarget): SignalFocus {
  if (target.kind === "agent") return target;
  return { kind: "edge", source: target.edge.source, target: target.edge.target };
}

function keyOf(target: SceneTarget | undefined): string {
  if (!target) return "";
  return target.kind === "agent" ? JSON.stringify(target.agent) : target.edge.key;
}

/** The agent with its ways, and those at their ends as they are; or the way with its two ends. */
function litBy(focus: SignalFocus, { ways }: FlowScene): Look["lit"] {
  if (focus.kind === "edge") {
    return (target) =>
      target.kind === "agent"
        ? target.agent === focus.source || target.agent === focus.target
        : target.edge.source === focus.source && target.edge.target === focus.target;
  }
  const { agent } = focus;
  const neighbours = new Set<string>();
  for (const { edge } of ways.values()) {
    if (edge.source === agent && edge.target !== null) neighbours.add(edge.target);
    if (edge.target === agent) neighbours.add(edge.source);
  }
  return (target) => {
    if (target.kind === "edge") return target.edge.source === agent || target.edge.target === agent;
    if (target.agent === agent) return true;
    return neighbours.has(target.agent) ? undefined : false;
  };
}
