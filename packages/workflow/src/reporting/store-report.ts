/**
 * Tells the store of a run: beats, `workflow_progress`, `agent_error`. What comes together in one turn of the event loop
 * goes out together, so that the end of one stage and the begin of the next cost no more than one of them.
 */
import { type Beat, type FinalStatus, HeartbeatCoordinator } from "@attune/heartbeat";
import type { EventInput, EventToPublish } from "@attune/streams";
import { type Clock, randomToken, type Timer } from "@attune/transport";
import { wordsOf } from "../engine/words-of.ts";
import type { CheckedOptions } from "../workflow-options.ts";
import type { PlannedStage, WorkflowPlan } from "../workflow-plan.ts";
import { workflowProgress } from "../workflow-progress-event.ts";
import type { StageResult, WorkflowResult } from "../workflow-result.ts";
import type { OpenedStore, WorkflowStore } from "../workflow-store.ts";
import { errorEvent } from "./error-event.ts";
import { LastWord } from "./last-word.ts";
import { RunProgress } from "./run-progress.ts";
import type { RunReport } from "./run-report.ts";

export interface StoreReportSetup {
  readonly store: WorkflowStore;
  readonly plan: WorkflowPlan;
  readonly options: CheckedOptions;
  readonly agentId: string;
  readonly runId: string;
  /** Takes over what could not be told at the end: it is once the store is back. */
  readonly onUntold: (lastWord: LastWord) => void;
}

/** More often nobody can read it, and each report is a write to the store. */
const progressEveryMs = 100;

export class StoreReport implements RunReport {
  readonly #setup: StoreReportSetup;
  readonly #clock: Clock;
  readonly #progress: RunProgress;
  /** The stages at work, in the order in which they began. */
  readonly #working = new Map<string, PlannedStage>();
  /** Told with the next flush. */
  #beats: Beat[] = [];
  #events: EventToPublish[] = [];
  /** The progress of the latest beat. */
  #told = 0;
  /** That the run has failed, as long as it is not known to be told. */
  #error: EventToPublish | undefined;
  /** What the run does, as it was last said. */
  #task: string | undefined;
  /** By stage: what it has reported since the last flush. */
  readonly #reported = new Map<string, { readonly stage: PlannedStage; readonly task: string | undefined }>();
  #flushing: NodeJS.Immediate | undefined;
  #progressTimer: Timer | undefined;
  #progressAt = Number.NEGATIVE_INFINITY;
  #opened: OpenedStore | undefined;
  /** The store is open, or it is known that it cannot be opened. */
  #ready = false;
  #opening: Promise<void> | undefined;
  #heartbeat: HeartbeatCoordinator | undefined;
  #started = false;
  #warned = false;
  readonly #underWay = new Set<Promise<void>>();

  constructor(setup: StoreReportSetup) {
    this.#setup = setup;
    this.#clock = setup.store.clock;
    this.#progress = new RunProgress(setup.plan.stageNames.length);
  }

  begin(): void {
    const opened = this.#setup.store.open();
    if (opened instanceof Promise) this.#opening = opened.then((store) => this.#open(store));
    else this.#open(opened);
  }

  stageWaits(stage: PlannedStage): void {
    this.#task = `Waiting for approval: ${stage.name}`;
    // Nobody is to take it for one that has got stuck.
    this.#beat("idle");
    this.#tell({ stage: stage.name, tier: stage.tier, status: "waiting" });
    this.#flushSoon();
  }

  stageBegan(stage: PlannedStage, attempt: number): void {
    this.#working.set(stage.name, stage);
    this.#progress.began(stage.name);
    this.#reported.delete(stage.name);
    const doing = attempt === 1 ? "Running" : "Retrying";
    this.#task = `${doing} stage: ${stage.name} (${stage.tier})`;
    this.#beat();
    this.#tell({ stage: stage.name, tier: stage.tier, status: "running", attempt });
    this.#flushSoon();
  }

  stageProgressed(stage: PlannedStage, fraction: number, task: string | undefined): void {
    this.#progress.progressed(stage.name, fraction);
    this.#reported.set(stage.name, { stage, task });
    this.#task = task ?? this.#task;
    if (this.#progressTimer) return;
    const ms = this.#progressAt + progressEveryMs - this.#clock.monotonic();
    if (ms <= 0) this.#flushSoon();
    else {
      const due = () => {
        this.#progressTimer = undefined;
        this.#flushSoon();
      };
      this.#progressTimer = this.#clock.setTimer(due, Math.ceil(ms), { background: true });
    }
  }

  stageEnded({ name, tier, status, attempts, durationMs, tokensIn, tokensOut }: StageResult): void {
    this.#working.delete(name);
    this.#reported.delete(name);
    if (status === "completed" || status === "skipped") {
      this.#progress.completed(name);
      this.#task = `${status === "completed" ? "Completed" : "Skipped"} stage: ${name}`;
      this.#beat();
    }
    const tokens = { tokens_in: tokensIn, tokens_out: tokensOut };
    this.#tell({
      stage: name,
      tier,
      status,
      attempt: attempts,
      duration_ms: Math.round(durationMs),
      ...tokens,
    });
    this.#flushSoon();
  }

  async end(result: WorkflowResult): Promise<void> {
    const { status, durationMs, tokens } = result;
    // Who failed or was cancelled keeps what it was doing, and how far it had come.
    if (this.#told !== this.#progress.fraction) this.#beat();
    this.#tell({
      status,
      duration_ms: Math.round(durationMs),
      tokens_in: tokens.tokensIn,
      tokens_out: tokens.tokensOut,
    });
    if (result.status === "failed" && this.#streams) {
      this.#error = {
        ...errorEvent(result, {
          agentId: this.#setup.agentId,
          progress: this.#progress.fraction,
          currentTask: this.#task,
        }),
        source: this.#setup.agentId,
        // It may be asked for again.
        idempotencyKey: randomToken(),
      };
      this.#events.push(this.#error);
    }
    await this.#opening;
    this.#progressTimer?.clear();
    clearImmediate(this.#flushing);
    this.#flush();
    const written = await this.#stop(status);
    await Promise.all(this.#underWay);
    const opened = this.#opened;
    if (opened && opened.background.status !== "closed" && (!written || this.#error)) {
      this.#setup.onUntold(new LastWord(opened, written ? undefined : this.#heartbeat, this.#error));
    }
  }

  get #streams(): boolean {
    return this.#setup.options.enableStreaming;
  }

  #open(opened: OpenedStore | undefined): void {
    const { enableHeartbeatTracking, enableStreaming, heartbeat } = this.#setup.options;
    this.#opened = opened;
    this.#ready = true;
    this.#flushSoon();
    if (!opened || !enableHeartbeatTracking) return;
    const { background: transport, logger } = opened;
    this.#heartbeat = new HeartbeatCoordinator({ ...heartbeat, transport, logger, enableStreaming });
  }

  #beat(status: "running" | "idle" = "running"): void {
    if (!this.#setup.options.enableHeartbeatTracking) return;
    const beat = {
      status,
      progress: this.#progress.fraction,
      currentTask: this.#task,
      progressTimeoutMs: this.#progressTimeoutMs(),
    };
    this.#told = beat.progress;
    // A record holds one state; only events tell of those before.
    if (this.#streams) this.#beats.push(beat);
    else this.#beats = [beat];
  }

  /** Of stages that run side by side the longest: each report of theirs counts for all. `null`: the monitor's. */
  #progressTimeoutMs(): number | null {
    const { progressTimeoutMs } = this.#setup.options;
    const limits = [...this.#working.values()].map((stage) => stage.progressTimeoutMs ?? progressTimeoutMs);
    if (limits.length === 0) return progressTimeoutMs;
    return limits.includes(null) ? null : Math.max(...(limits as number[]));
  }

  #tell(data: Omit<EventInput<typeof workflowProgress>, "workflow" | "progress">): void {
    if (!this.#streams) return;
    const { plan, agentId, runId } = this.#setup;
    this.#events.push({
      eventType: workflowProgress.eventType,
      data: {
        workflow: plan.name,
        run_id: runId,
        agent_id: agentId,
        progress: this.#progress.fraction,
        ...data,
      },
      source: agentId,
    });
  }

  #flushSoon(): void {
    this.#flushing ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = undefined;
    if (this.#reported.size > 0) this.#progressAt = this.#clock.monotonic();
    for (const { stage, task } of this.#reported.values()) {
      this.#tell({
        stage: stage.name,
        tier: stage.tier,
        status: "running",
        ...(task === undefined ? {} : { task }),
      });
    }
    if (this.#reported.size > 0) this.#beat();
    this.#reported.clear();
    if (!this.#ready) return;
    const beats = this.#beats.splice(0);
    const events = this.#events.splice(0);
    if (!this.#opened) return;
    if (this.#heartbeat && !this.#started) this.#start(this.#heartbeat);
    for (const beat of beats) this.#attempt(() => this.#heartbeat?.beat(beat));
    if (events.length > 0) this.#attempt(() => this.#publish(events));
  }

  async #publish(events: readonly EventToPublish[]): Promise<void> {
    const ids = await this.#opened!.streamer.publishEvents(events);
    if (this.#error && events.at(-1) === this.#error && ids.at(-1) !== "") this.#error = undefined;
  }

  #start(heartbeat: HeartbeatCoordinator): void {
    const { plan, agentId, runId, options } = this.#setup;
    this.#started = true;
    this.#attempt(() =>
      heartbeat.startHeartbeat(agentId, {
        displayName: plan.name,
        metadata: { workflow: plan.name, run_id: runId, stages: plan.stageNames },
        ...(options.progressTimeoutMs === null ? {} : { progressTimeoutMs: options.progressTimeoutMs }),
      }),
    );
  }

  /** Whether the last beat is written, or never will be. */
  async #stop(status: FinalStatus): Promise<boolean> {
    const heartbeat = this.#heartbeat;
    if (!heartbeat) return true;
    let written = true;
    this.#attempt(async () => {
      written = (await heartbeat.stopHeartbeat(status)) !== "unavailable";
    });
    await Promise.all(this.#underWay);
    if (written) await heartbeat.close();
    return written;
  }

  /** What cannot be told must not hurt the run; once it is told that it could not be. */
  #attempt(work: () => unknown): void {
    const attempt = (async () => {
      try {
        await work();
      } catch (error) {
        if (this.#warned) return;
        this.#warned = true;
        const { plan, runId, store } = this.#setup;
        const run = `run ${JSON.stringify(runId)} of workflow ${JSON.stringify(plan.name)}`;
        (this.#opened?.logger ?? store.logger).warn(
          `attune: Workflow: ${run} cannot be told of: ${wordsOf(error)} It goes on.`,
        );
      }
    })();
    this.#underWay.add(attempt);
    void attempt.then(() => this.#underWay.delete(attempt));
  }
}
