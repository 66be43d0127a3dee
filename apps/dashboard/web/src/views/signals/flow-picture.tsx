/** Agents and the signals between them, live. The list beside it tells the same to those who cannot see it. */
import { type RefObject, useEffect, useRef, useState } from "react";
import { useFleet } from "../../state/use-fleet.ts";
import type { CanvasColours } from "./canvas-colours.ts";
import { FlowCanvas, type FlowView, focusOf } from "./flow-canvas.ts";
import type { SceneTarget } from "./flow-scene.ts";
import type { SignalFeed } from "./signal-feed.ts";
import type { SignalFocus } from "./signal-filter.ts";
import type { SignalRecord } from "./signal-record.ts";

export interface FlowPictureProps extends FlowView {
  readonly feed: SignalFeed;
  readonly onSignal: RefObject<(signal: SignalRecord) => void>;
  readonly onFocus: (focus: SignalFocus) => void;
}

const rims: Readonly<Record<string, keyof CanvasColours>> = {
  alive: "good",
  stalled: "warn",
  stale: "warn",
  lost: "bad",
  finished: "quiet",
};

interface Pointed {
  readonly target: SceneTarget;
  readonly x: number;
  readonly y: number;
}

export function FlowPicture({ feed, onSignal, onFocus, types, search, focus }: FlowPictureProps) {
  const fleet = useFleet();
  const box = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLCanvasElement>(null);
  const sky = useRef<HTMLCanvasElement>(null);
  const [canvas, setCanvas] = useState<FlowCanvas>();
  const [summary, setSummary] = useState("Flow of signals: nothing yet.");
  const [pointed, setPointed] = useState<Pointed>();
  const latestOnFocus = useRef(onFocus);
  latestOnFocus.current = onFocus;
  useEffect(() => {
    const opened = new FlowCanvas(box.current!, ground.current!, sky.current!, {
      traffic: feed.traffic,
      rimOf: (agent) => rims[fleet.agents.get(agent)?.liveness ?? ""] ?? "muted",
      onPick: (target) => latestOnFocus.current(focusOf(target)),
      onPoint: (target, x, y) => setPointed(target && { target, x, y }),
      onSummary: setSummary,
    });
    setCanvas(opened);
    onSignal.current = (signal) => opened.fly(signal);
    return () => {
      onSignal.current = () => {};
      opened.close();
    };
  }, [feed, fleet, onSignal]);
  useEffect(() => canvas?.show({ types, search, focus }), [canvas, types, search, focus]);
  return (
    <div ref={box} className="flow-picture" role="img" aria-label={summary}>
      <canvas ref={ground} />
      <canvas ref={sky} />
      {pointed ? <Hint {...pointed} /> : null}
    </div>
  );
}

function Hint({ target, x, y }: Pointed) {
  return (
    <div className="flow-hint" style={{ transform: `translate(${x + 14}px, ${y + 14}px)` }}>
      {target.kind === "agent" ? (
        target.agent
      ) : (
        <>
          {target.edge.source} → {target.edge.target}
          <span className="muted"> {target.edge.count} in the last minute</span>
        </>
      )}
    </div>
  );
}
