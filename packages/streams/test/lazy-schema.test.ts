import { defineEvent, EventStreamer, lazySchema } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const counted = z.object({ count: z.number().default(1) });

describe("lazySchema", () => {
  it("loads when something is first checked, once, and checks as the schema does", async () => {
    let loads = 0;
    const definition = defineEvent(
      "counted",
      lazySchema(async () => {
        loads += 1;
        return counted;
      }),
    );
    await using transport = await openTransport("memory:");
    const streamer = new EventStreamer({ transport });
    await streamer.publishEvent("counted", {});
    await streamer.publishEvent("counted", { count: "two" });
    expect(loads).toBe(0);
    const [misfit, fitting] = await streamer.getRecentEvents(definition);
    expect(fitting).toMatchObject({ valid: true, data: { count: 1 } });
    expect(misfit).toMatchObject({ valid: false });
    await expect(streamer.publishEvent(definition, { count: "two" as never })).rejects.toMatchObject({
      code: "ATTUNE_EVENT_INVALID",
    });
    await streamer.publishEvent(definition, { count: 2 });
    expect(loads).toBe(1);
    const checked = definition.schema["~standard"].validate({ count: 3 });
    expect(checked).not.toBeInstanceOf(Promise);
  });

  it("what cannot be loaded fails the check, and is tried again by the next", async () => {
    const failures = [new Error("not installed")];
    const schema = lazySchema(async () => {
      const failure = failures.pop();
      if (failure) throw failure;
      return counted;
    });
    await expect(schema["~standard"].validate({})).rejects.toThrow("not installed");
    expect(await schema["~standard"].validate({})).toEqual({ value: { count: 1 } });
  });

  it("importing the features loads no library of schemas", async () => {
    const { execFileSync } = await import("node:child_process");
    const program = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load(url, context, next) { if (url.includes("/zod/")) loaded.push(url); return next(url, context); } });
      for (const name of ["streams", "heartbeat", "signals", "approvals", "feedback", "workflow"]) await import("@attune/" + name);
      console.log(loaded.length);
    `;
    const args = ["--conditions=@attune/source", "--input-type=module", "--eval", program];
    const output = execFileSync(process.execPath, args, {
      cwd: new URL("../../workflow", import.meta.url),
      encoding: "utf8",
    });
    expect(output.trim()).toBe("0");
  });
});
