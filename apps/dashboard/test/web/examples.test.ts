import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { asLastWord, quoted, storeFlags } from "../../web/src/ui/shell-words.ts";
import * as examples from "../../web/src/views/examples.ts";

const repository = join(import.meta.dirname, "../../../..");
const command = join(repository, "packages/cli/src/bin.ts");

/** As a shell runs it. What it says first, or its end, ends the wait; the exit code is `undefined` where it went on. */
async function run(line: string): Promise<{ code: number | null | undefined; said: string }> {
  const words = line.replace(/^attune /, "");
  const child = spawn(
    "sh",
    ["-c", `exec '${process.execPath}' --conditions=@attune/source '${command}' ${words}`],
    { cwd: repository },
  );
  let said = "";
  return new Promise((resolve) => {
    const hear = (text: Buffer) => {
      said += text;
      if (!line.includes("--watch")) return;
      resolve({ code: undefined, said });
      child.kill();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("close", (code) => resolve({ code, said }));
  });
}

it("every command that an empty view shows is understood, and goes to the store of the page", async () => {
  const folder = await mkdtemp(join(tmpdir(), "attune examples' "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const location = `sqlite:${join(folder, "fleet.db")}`;
  const { deadLettersExample, ...ofViews } = examples;
  const shown = [
    ...Object.values(ofViews).map((example) => example(location)),
    deadLettersExample("indexer", location),
    deadLettersExample("--it's", location),
  ];
  const lines = shown.flatMap((text) => text.split("\n").filter((line) => line.startsWith("attune ")));
  expect(lines).toHaveLength(7);
  const answers = await Promise.all(lines.map(async (line) => ({ line, ...(await run(line)) })));
  for (const { line, code, said } of answers) {
    expect(code, `${line}\n${said}`).not.toBe(2);
    expect(said, line).not.toMatch(/missing required|unknown (option|command)|too many arguments/i);
  }
  const [published] = answers.filter(({ line }) => line.includes("events publish"));
  expect(published!.code).toBe(0);
});

it("names the store where the command would not go there by itself, and quotes what a shell would take apart", () => {
  expect(storeFlags(undefined)).toBe("");
  expect(storeFlags("sqlite:.attune/attune.db")).toBe("");
  expect(storeFlags("redis://127.0.0.1:6379/0")).toBe(" --url redis://127.0.0.1:6379/0");
  expect(storeFlags("sqlite:/a b/it's.db")).toBe(" --url 'sqlite:/a b/it'\\''s.db'");
  expect(quoted("$(reboot)")).toBe("'$(reboot)'");
  expect(asLastWord("indexer")).toBe("indexer");
  expect(asLastWord("-x y")).toBe("-- '-x y'");
});
