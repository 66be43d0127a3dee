/** What authors' code may do that nobody expects: whatever it is, a run ends, with the right result. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { type Logger, openTransport, transportWith } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import {
  BaseWorkflow,
  defineWorkflow,
  ModelTier,
  runAll,
  type StageEntry,
  type WorkflowOptions,
} from "@attune/workflow";
import { loggerInto, until } from "@attune-tools/every-store";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { allFlags, forever, madeWorkflow, untilAborted } from "./made-workflow.ts";

const unhandled: unknown[] = [];
const keep = (error: unknown) => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", keep);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.removeListener("unhandledRejection", keep);
  expect(unhandled).toEqual([]);
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const quiet: Logger = loggerInto([]);

/** What throws when it is looked at. */
const poisoned = () => {
  const error = new Error("never seen");
  Object.defineProperty(error, "message", {
    get: () => {
      throw new Error("in the getter");
    },
  });
  Object.defineProperty(error, "name", {
    get: () => {
      throw new Error("in the getter");
    },
  });
  return error;
};
const withMessage = (message: unknown) => Object.assign(new Error(), { message });
const refusing = () =>
  new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error("no");
      },
      get: () => {
        throw new Error("no");
      },
    },
  );
const gets = (name: string, thrown: unknown) =>
  Object.defineProperty({ output: 1 }, name, {
    get: () => {
      throw thrown;
    },
  });
const schema = (validate: () => unknown) => ({ "~standard": { version: 1, vendor: "x", validate } }) as never;

describe("fails, with a code and everything told, when a stage", () => {
  const failing: [string, StageEntry, () => unknown, string][] = [
    [
      "throws an error that throws",
      "a",
      () => {
        throw poisoned();
      },
      "ATTUNE_STAGE_FAILED",
    ],
    [
      "throws an error with a symbol as message",
      "a",
      () => {
        throw withMessage(Symbol("x"));
      },
      "ATTUNE_STAGE_FAILED",
    ],
    [
      "throws an error with an object as message",
      "a",
      () => {
        throw withMessage(Object.create(null));
      },
      "ATTUNE_STAGE_FAILED",
    ],
    [
      "throws a Proxy",
      "a",
      () => {
        throw refusing();
      },
      "ATTUNE_STAGE_FAILED",
    ],
    ["returns a Proxy", "a", refusing, "ATTUNE_STAGE_FAILED"],
    ["returns an output that throws null", "a", () => gets("output", null), "ATTUNE_STAGE_OUTPUT_INVALID"],
    [
      "returns tokens that throw",
      "a",
      () => gets("tokensIn", new Error("no")),
      "ATTUNE_STAGE_OUTPUT_INVALID",
    ],
    [
      "has a schema that gives nothing",
      { name: "a", validate: schema(() => undefined) },
      () => ({ output: 1 }),
      "ATTUNE_STAGE_OUTPUT_INVALID",
    ],
    [
      "has a schema that throws",
      {
        name: "a",
        validate: schema(() => {
          throw Object.create(null);
        }),
      },
      () => ({ output: 1 }),
      "ATTUNE_STAGE_OUTPUT_INVALID",
    ],
    [
      "has a schema with strange issues",
      { name: "a", validate: schema(() => ({ issues: [null] })) },
      () => ({ output: 1 }),
      "ATTUNE_STAGE_OUTPUT_INVALID",
    ],
    [
      "is asked whether to try again, and that throws",
      {
        name: "a",
        retry: {
          backoffMs: 0,
          shouldRetry: () => {
            throw Object.create(null);
          },
        },
      },
      () => {
        throw new Error("no");
      },
      "ATTUNE_STAGE_FAILED",
    ],
    [
      "is asked whether to leave it out, and that gives a number",
      { name: "a", skip: (() => 1) as never },
      () => ({ output: 1 }),
      "ATTUNE_STAGE_FAILED",
    ],
  ];
  it.each(failing)("%s", async (_, stage, work, code) => {
    const transport = await openTransport("memory:");
    onTestFinished(() => transport.close());
    const workflow = madeWorkflow([stage], {
      ...allFlags,
      transport,
      agentId: "a",
      logger: quiet,
      work: { a: work },
    });
    expect(await workflow.execute()).toMatchObject({
      success: false,
      status: "failed",
      failedStage: "a",
      error: { code },
    });
    const monitor = new HeartbeatCoordinator({ transport });
    expect(await monitor.getAgentStatus("a")).toMatchObject({ status: "failed" });
    expect(await new EventStreamer({ transport }).getRecentEvents("agent_error")).toHaveLength(1);
  });
});

it("a question that never settles is bounded by the stage's time, and ends with a cancellation", async () => {
  const fail = {
    a: () => {
      throw new Error("no");
    },
  };
  const stage = (timeoutMs: number) => ({
    name: "a",
    timeoutMs,
    retry: { backoffMs: 0, shouldRetry: forever },
  });
  expect(
    await madeWorkflow([stage(20)], { abortGraceMs: 0, logger: quiet, work: fail }).execute(),
  ).toMatchObject({
    error: { code: "ATTUNE_STAGE_FAILED", cause: { message: "no" } },
    stages: [{ attempts: 1 }],
  });
  const signal = AbortSignal.timeout(20);
  expect(
    await madeWorkflow([stage(60_000)], { abortGraceMs: 0, work: fail }).execute(1, { signal }),
  ).toMatchObject({ status: "cancelled" });
  expect(
    await madeWorkflow([{ name: "a", skip: forever }], { abortGraceMs: 0 }).execute(1, {
      signal: AbortSignal.timeout(5),
    }),
  ).toMatchObject({ status: "cancelled" });
});

it("a logger that throws hurts nobody", async () => {
  const refuse = () => {
    throw new Error("the disk is full");
  };
  const logger = { debug: refuse, info: refuse, warn: refuse, error: refuse };
  const store = new MemoryStore();
  const transport = await createMemoryTransport({ store, logger: quiet });
  onTestFinished(() => transport.close());
  store.simulateOutage();
  const stage = {
    name: "a",
    retry: {
      backoffMs: 0,
      shouldRetry: () => {
        throw new Error("no");
      },
    },
  };
  const workflow = madeWorkflow([stage], {
    ...allFlags,
    transport,
    logger,
    work: {
      a: () => {
        throw new Error("real");
      },
    },
  });
  expect(await workflow.execute()).toMatchObject({ status: "failed", error: { cause: { message: "real" } } });
  await workflow.close();
});

describe("is refused with a code:", () => {
  const options: [string, unknown][] = [
    ["a transport that is none", { transport: {} }],
    ["null as transport", { transport: null }],
    ["a URL as transport", { transport: "memory:" }],
    ["a logger that is none", { logger: {} }],
    ["null as heartbeat", { heartbeat: null }],
    ["a number as signals", { signals: 5 }],
    ["holes in abortOn", { abortOn: new Array(1) }],
  ];
  it.each(options)("%s", (_, wrong) => {
    expect(() => madeWorkflow(["a"], wrong as WorkflowOptions)).toThrow(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
    );
  });

  it("stages with holes, and those that cannot be read", async () => {
    const holed = new Array<string>(1).concat("a");
    for (const stages of [
      holed,
      [{ parallel: "g", stages: holed }],
      [
        Object.defineProperty({}, "name", {
          get: () => {
            throw new Error("no");
          },
        }),
      ],
    ]) {
      await expect(madeWorkflow(stages as never).execute()).rejects.toMatchObject({
        code: "ATTUNE_WORKFLOW_INVALID",
      });
    }
    for (const definition of [
      undefined,
      null,
      5,
      { name: "x" },
      { name: "x", stages: [{ parallel: "g", stages: { a: null } }] },
      { name: 5n, stages: [{ name: "a", run: () => ({ output: 1 }) }] },
    ]) {
      expect(() => defineWorkflow(definition as never)).toThrow(
        expect.objectContaining({ code: "ATTUNE_WORKFLOW_INVALID" }),
      );
    }
  });

  it("runs that are none", async () => {
    const good = madeWorkflow(["a"], { agentId: "good" });
    for (const runs of [
      null,
      [null],
      [{}],
      [{ workflow: {} }],
      [{ workflow: good }, { workflow: new Proxy(good, {}) }],
    ]) {
      await expect(runAll(runs as never)).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    }
    await expect(runAll([], null as never)).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    expect((await good.execute()).success).toBe(true);
  });
});

describe("signals", () => {
  const on = { enableCoordination: true };
  async function world() {
    const transport = await openTransport("memory:");
    onTestFinished(() => transport.close());
    const boss = new CoordinationSignals({ transport, agentId: "boss" });
    return { transport, boss };
  }

  it("a wait does not outlive its stage, and takes nothing from the next one", async () => {
    const { transport, boss } = await world();
    const workflow = madeWorkflow(["a", "b"], {
      ...on,
      transport,
      agentId: "z",
      work: {
        a: async (_, context) => {
          await Promise.race([context.waitForSignal({ signalType: "go" }), sleep(10)]);
          return { output: 1 };
        },
        b: async (_, context) => {
          void boss.signal({ signalType: "go", targetAgent: "z" });
          return {
            output:
              (await context.waitForSignal({ signalType: "go", timeoutMs: 5000 }))?.signalType ?? "lost",
          };
        },
      },
    });
    expect((await workflow.execute()).output).toBe("go");
  });

  it("an abort that a stage takes by itself cancels the run all the same", async () => {
    const { transport, boss } = await world();
    const { mailboxes } = transport;
    const seen: unknown[] = [];
    const looked = Promise.withResolvers<void>();
    // The run's own watch is slow: the stage, which looks at all signals, is first.
    const slow = transportWith(transport, {
      mailboxes: {
        ...mailboxes,
        take: async (request) => {
          if ("anyOf" in request.wanted && request.wanted.anyOf[0]?.type === "abort") await looked.promise;
          return mailboxes.take(request);
        },
      },
    });
    const workflow = madeWorkflow(["a"], {
      ...on,
      transport: slow,
      agentId: "z",
      work: {
        a: async (_, context) => {
          await boss.signal({ signalType: "abort", targetAgent: "z" });
          seen.push((await context.checkSignal())?.signalType);
          looked.resolve();
          return context.signal.aborted ? untilAborted(context.signal) : { output: "went on" };
        },
      },
    });
    expect(await workflow.execute()).toMatchObject({ status: "cancelled" });
    expect(seen).toEqual(["abort"]);
  });

  it("an agent that aborts itself by name is aborted", async () => {
    const { transport } = await world();
    const workflow = madeWorkflow(["a"], {
      ...on,
      transport,
      agentId: "z",
      work: {
        a: async (_, context) => {
          await context.sendSignal({ signalType: "abort", targetAgent: "z" });
          return untilAborted(context.signal);
        },
      },
    });
    expect((await workflow.execute()).status).toBe("cancelled");
  });

  it("an abort of a later run of the agent is kept for that", async () => {
    const { transport, boss } = await world();
    const one = Promise.withResolvers<void>();
    const workflow = madeWorkflow(["a"], {
      ...on,
      transport,
      agentId: "z",
      work: {
        a: (_, { runId, signal }) =>
          runId === "one" ? one.promise.then(() => ({ output: 1 })) : untilAborted(signal),
      },
    });
    const running = workflow.execute(undefined, { runId: "one" });
    await boss.signal({ signalType: "abort", targetAgent: "z", payload: { run_id: "two" } });
    const mailbox = new CoordinationSignals({ transport, agentId: "z" });
    await until("it is taken", async () => (await mailbox.getPendingSignals()).length === 0);
    one.resolve();
    expect((await running).status).toBe("completed");
    expect((await workflow.execute(undefined, { runId: "two" })).status).toBe("cancelled");
  });

  it("an agent on the default transport has a new mailbox once that was closed", async () => {
    const before = process.env.ATTUNE_URL;
    process.env.ATTUNE_URL = "memory:";
    onTestFinished(() => {
      if (before === undefined) delete process.env.ATTUNE_URL;
      else process.env.ATTUNE_URL = before;
    });
    const { defaultTransport } = await import("@attune/transport");
    const workflow = madeWorkflow(["a"], {
      ...on,
      agentId: "z",
      work: {
        a: async (_, context) => ({
          output: (await context.sendSignal({ signalType: "x", targetAgent: "y" })) !== "",
        }),
      },
    });
    for (let time = 0; time < 2; time++) {
      expect((await workflow.execute()).output).toBe(true);
      await (await defaultTransport()).close();
    }
  });

  it("a workflow that starts itself again from a timer keeps none of its runs", async () => {
    const { transport } = await world();
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const contexts: WeakRef<object>[] = [];
    const alive = Promise.withResolvers<number>();
    const workflow = madeWorkflow(["a"], {
      ...on,
      transport,
      abortOn: [],
      work: {
        a: async (input, context) => {
          contexts.push(new WeakRef(context));
          if ((input as number) > 0) {
            setTimeout(() => void workflow.execute((input as number) - 1));
            return { output: 1 };
          }
          for (let time = 0; time < 3; time++) {
            await sleep(5);
            collect();
          }
          alive.resolve(contexts.filter((one) => one.deref()).length);
          return { output: 1 };
        },
      },
    });
    await workflow.execute(50);
    expect(await alive.promise).toBeLessThan(10);
  });
});

describe("blocking stages", () => {
  const block = (ms: number) => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };

  it("are told of before they block, and can be cancelled between each other", async () => {
    const transport = await openTransport("memory:");
    onTestFinished(() => transport.close());
    const controller = new AbortController();
    const times: number[] = [];
    const stages = ["a", "b", "c"];
    const work = () => {
      times.push(Date.now());
      // Due while the first stage blocks.
      setTimeout(() => controller.abort(), 20);
      block(60);
      return { output: 1 };
    };
    const result = await madeWorkflow(stages, {
      ...allFlags,
      transport,
      work: Object.fromEntries(stages.map((name) => [name, work])),
    }).execute(1, { signal: controller.signal });
    expect(result.status).toBe("cancelled");
    expect(times).toHaveLength(1);
    const beats = (await new EventStreamer({ transport }).getRecentEvents("agent_heartbeat")).toReversed();
    const told = beats.find(({ data }) =>
      (data as { current_task: string }).current_task.startsWith("Running"),
    );
    expect(told!.timestamp.getTime()).toBeLessThanOrEqual(times[0]! + 5);
  });
});

describe("the end of a run in an outage", () => {
  it("tells of its failure once the store is back, once", async () => {
    const store = new MemoryStore();
    const transport = await createMemoryTransport({ store, logger: quiet });
    onTestFinished(() => transport.close());
    let back = () => {};
    const workflow = madeWorkflow(["a"], {
      ...allFlags,
      transport,
      agentId: "z",
      work: {
        a: async () => {
          await sleep(5);
          back = store.simulateOutage();
          throw new Error("real");
        },
      },
    });
    expect((await workflow.execute()).status).toBe("failed");
    back();
    const streamer = new EventStreamer({ transport });
    await until(
      "its failure is told",
      async () => (await streamer.getRecentEvents("agent_error")).length > 0,
    );
    const again = store.simulateOutage();
    again();
    await sleep(10);
    expect(await streamer.getRecentEvents("agent_error")).toHaveLength(1);
    await workflow.close();
  });
});

describe("parallel stages", () => {
  it("that report at the same time are all told of", async () => {
    const transport = await openTransport("memory:");
    onTestFinished(() => transport.close());
    const report =
      (fraction: number) =>
      async (_: unknown, context: { reportProgress(f: number, t: string): void; stage: string }) => {
        context.reportProgress(fraction, `half of ${context.stage}`);
        await sleep(20);
        return { output: 1 };
      };
    await madeWorkflow([{ parallel: "g", stages: ["a", "b"] }], {
      ...allFlags,
      transport,
      work: { a: report(0.9), b: report(0.1) },
    }).execute();
    const events = await new EventStreamer({ transport }).getRecentEvents("workflow_progress");
    const tasks = events
      .map(({ data }) => (data as { task?: string }).task)
      .filter((task) => task !== undefined);
    expect(tasks.toSorted()).toEqual(["half of a", "half of b"]);
  });

  it("fail with the one that failed first in time", async () => {
    const stages = [{ parallel: "g", stages: [{ name: "a", timeoutMs: 5 }, "b"] }];
    const result = await madeWorkflow(stages, {
      abortGraceMs: 200,
      work: {
        a: forever,
        b: async () => {
          await sleep(20);
          throw new Error("first");
        },
      },
    }).execute();
    expect(result).toMatchObject({ failedStage: "b", error: { cause: { message: "first" } } });
    expect(result.stages[0]).toMatchObject({ status: "failed", error: { code: "ATTUNE_STAGE_TIMEOUT" } });
  });
});

it("a stage may be an instance of a class", async () => {
  class Doubling {
    readonly name = "double";
    readonly tier = ModelTier.PREMIUM;
    readonly factor = 2;
    skip(input: number) {
      return input > 100 * this.factor;
    }
    run(input: number) {
      return { output: input * this.factor };
    }
  }
  const Doubled = defineWorkflow({ name: "doubled", stages: [new Doubling()] });
  expect(await new Doubled().execute(4)).toMatchObject({ output: 8, stages: [{ tier: "premium" }] });
  expect(await new Doubled().execute(400)).toMatchObject({ output: 400, stages: [{ status: "skipped" }] });
  class Sub extends Doubled {}
  expect(new Sub()).toBeInstanceOf(BaseWorkflow);
  expect((await new Sub().execute(1)).output).toBe(2);
});

it("what stages change afterwards changes no prices and no outputs of the engine", async () => {
  const prices = { capable: { perMillionIn: 1, perMillionOut: 1 } };
  const workflow = madeWorkflow(["a", "b"], {
    prices,
    work: {
      a: () => ({ output: 1, tokensIn: 1_000_000 }),
      b: (_, { outputs }) => {
        prices.capable.perMillionIn = Number.NaN;
        expect(() => Object.assign(outputs, { a: 2 })).toThrow(TypeError);
        return { output: outputs.a };
      },
    },
  });
  expect(await workflow.execute()).toMatchObject({ output: 1, usage: { cost: 1 } });
});
