/** What happened at the checkpoints, by somebody's own account: shown as it happens, and compared at the end. */
import { preciseNow } from "./measurement.ts";

export interface CheckpointEvent {
  /** By `preciseNow`: comparable with what is noted in the other processes. */
  readonly at: number;
  readonly round: number;
  readonly what: "reached" | "all there" | "went on";
}

const wording = {
  reached: "reached checkpoint",
  "all there": "sees all three at checkpoint",
  "went on": "goes on from checkpoint",
} as const;

export class CheckpointDiary {
  readonly events: CheckpointEvent[] = [];
  readonly #beganAt: number;
  readonly #say: (line: string) => void;

  constructor(beganAt: number, say: (line: string) => void) {
    this.#beganAt = beganAt;
    this.#say = say;
  }

  note(who: string, round: number, what: CheckpointEvent["what"], more?: string): void {
    const at = preciseNow();
    this.events.push({ at, round, what });
    const ms = (at - this.#beganAt).toFixed(0).padStart(5);
    this.#say(`  ${ms} ms  ${who.padEnd(12)} ${wording[what]} ${round}${more ? `: ${more}` : ""}`);
  }
}
