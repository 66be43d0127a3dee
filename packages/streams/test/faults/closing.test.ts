import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { busyMs, faultTest, join, startFleet, timed } from "./fleet.ts";

faultTest("close() ends everything within a second, also while the server is silent", async () => {
  const { server } = await startFleet();
  const { transport, streamer } = await join(server.url);
  const consumers = [streamer.consumeEvents(), streamer.consumeEvents({ eventTypes: ["a"] })];
  await Promise.all(consumers.map((consumer) => consumer.ready));
  const iterations = consumers.map((consumer) => consumer.next());
  server.pause();
  const publishing = streamer.publishEvent("a", 1);
  publishing.catch(() => {}); // looked at below
  const closing = await timed(transport.close());
  server.resume();
  expect(closing.ms).toBeLessThan(1000 + busyMs);
  expect(await Promise.all(iterations)).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
  await expect(publishing).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
});

faultTest("what was published before close() is stored", async () => {
  const { server } = await startFleet();
  const { transport, streamer } = await join(server.url);
  const publishing = Array.from({ length: 500 }, (_, n) => streamer.publishEvent("last", { n }));
  await transport.close();
  const ids = await Promise.all(publishing);
  expect(ids.filter((id) => id !== "")).toHaveLength(500);
  const { streamer: later } = await join(server.url);
  expect(await later.getStreamInfo("last")).toMatchObject({ length: 500 });
});

for (const script of ["exits-after-close.ts", "exits-by-itself.ts"]) {
  faultTest(`a process exits by itself: ${script}`, async () => {
    const { server } = await startFleet();
    const path = fileURLToPath(new URL(`scripts/${script}`, import.meta.url));
    const child = spawn(process.execPath, ["--conditions=@attune/source", path], {
      env: { ...process.env, ATTUNE_URL: server.url },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), 8000);
    const [code] = await once(child, "exit");
    clearTimeout(timer);
    expect(output).toContain("done");
    expect(code).toBe(0);
  });
}
