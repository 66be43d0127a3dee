/** How programs end, and what is around them. */
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { runProcess } from "../src/run-process.ts";

const run = (source: string, timeoutMs = 10_000) =>
  runProcess(process.execPath, ["--input-type=module", "-e", source], { cwd: tmpdir(), timeoutMs });

test("what a program prints and how it ends is told", async () => {
  expect(await run("console.log(1); console.error(2)")).toEqual({
    stdout: "1\n",
    stderr: "2\n",
    failure: undefined,
  });
  expect(await run("process.exit(3)")).toMatchObject({ failure: "exit code 3" });
  expect(await run("await new Promise(() => {})")).toMatchObject({
    failure: "exit code 13: something awaited at the top level never came",
  });
});

test("a program that does not end is killed, with what it has started", async () => {
  const source = `
    import { spawn } from "node:child_process";
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
    setInterval(() => {}, 1000);`;
  // it would not return before the grandchild is gone, too: that holds the pipe
  expect(await run(source, 500)).toMatchObject({ failure: "killed after 0.5 s" });
});

test("a program that cannot be started is an error", async () => {
  await expect(runProcess("/does/not/exist", [], { cwd: tmpdir(), timeoutMs: 1000 })).rejects.toThrow(
    "ENOENT",
  );
});

test("nothing of the test runner's is in its environment", async () => {
  process.env.ATTUNE_LEFT_OVER = "x";
  const { stdout } = await run("console.log(JSON.stringify(Object.keys(process.env)))");
  delete process.env.ATTUNE_LEFT_OVER;
  expect(
    (JSON.parse(stdout) as string[]).filter((name) =>
      /VITEST|ATTUNE|NODE_OPTIONS|NODE_ENV|NODE_COMPILE_CACHE/.test(name),
    ),
  ).toEqual([]);
});
