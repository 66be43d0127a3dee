/**
 * A part of a demonstration that can live in a process of its own: an agent, a consumer, a watcher. It coordinates with the
 * others through the store; what it is given, told and gives back beside that is plain data, for the demonstration to check.
 */
import type { Transport } from "@attune/transport";
import { DemonstrationError } from "../demonstration.ts";

export interface Part<Input, Output, Told = never, Ready = void> {
  /** Under which `parts/all.ts` has it: another process finds it by that. */
  readonly name: string;
  run(stage: Stage<Told, Ready>, input: Input): Promise<Output>;
}

/** What a part has to work with, wherever it lives. */
export interface Stage<Told = never, Ready = void> {
  readonly transport: Transport;
  /** Shows a line, in front of it the process that says it, where that is another than the demonstration's. */
  readonly say: (line: string) => void;
  /** To be called at most once: what others wait for before they go on. */
  readonly ready: (value: Ready) => void;
  /** What the demonstration tells it in the middle; `undefined` when it has to end before. */
  readonly told: Promise<Told | undefined>;
  /** It has to come to an end, however far it has come. */
  readonly ending: AbortSignal;
}

/** A part as the demonstration sees it. */
export interface RunningPart<Output, Told = never, Ready = void> {
  /** Its process; `null`: the demonstration's own. */
  readonly processId: number | null;
  /** For people: `process 4711`, `this process`. */
  readonly place: string;
  /** Rejects when the part ends before. */
  readonly ready: Promise<Ready>;
  /** Resolves when its process has ended too. Rejects with a `DemonstrationError` that says which part failed, and why. */
  readonly result: Promise<Output>;
  tell(told: Told): void;
  /** Ends it without a last word: SIGKILL, where it has a process. There is no result then. */
  kill(): Promise<void>;
}

/** What the result of a part rejects with that the demonstration has killed. */
export class PartKilledError extends Error {
  override readonly name = "PartKilledError";
}

/** What both ways of running a part need. */
export interface PartHost {
  readonly transport: Transport;
  readonly url: string;
  readonly print: (line: string) => void;
  readonly ending: AbortSignal;
}

export function endedUnready(name: string, place: string): DemonstrationError {
  return new DemonstrationError(`The ${name}, ${place}, ended before it was ready.`, 1);
}
