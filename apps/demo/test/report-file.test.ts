import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ReportFile } from "../src/audit/report-file.ts";
import { emptyFolder } from "./run-demo.ts";

describe("the file of the report", () => {
  it("is replaced in one step, and leaves nothing else behind", async () => {
    const folder = emptyFolder();
    const path = join(folder, "report.md");
    await writeFile(path, "old");
    const report = await ReportFile.at(path);
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await report.write("new")).toBe(path);
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readdir(folder)).toEqual(["report.md"]);
  });

  it("leaves nothing behind when it cannot be written any more", async () => {
    const folder = emptyFolder();
    const path = join(folder, "report.md");
    const report = await ReportFile.at(path);
    await mkdir(path);
    await expect(report.write("new")).rejects.toMatchObject({ code: "EISDIR" });
    expect(await readdir(folder)).toEqual(["report.md"]);
  });

  it("is beside the default store when nothing is said", async () => {
    const folder = emptyFolder();
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    onTestFinished(() => void vi.restoreAllMocks());
    const report = await ReportFile.at();
    expect(report.path).toBe(join(folder, ".attune/audit.md"));
    await report.write("text");
    expect(await readdir(join(folder, ".attune"))).toEqual(["audit.md"]);
  });

  it.each([
    ["a/report.md", "is in a folder that does not exist"],
    ["there.md/report.md", "is in something that is not a folder"],
    ["folder", "is a folder"],
  ])("is refused before anything starts when it cannot be written: %s", async (name, reason) => {
    const folder = emptyFolder();
    await writeFile(join(folder, "there.md"), "");
    await mkdir(join(folder, "folder"));
    const path = join(folder, name);
    await expect(ReportFile.at(path)).rejects.toMatchObject({
      name: "DemonstrationError",
      exitCode: 2,
      message: `--report: ${path} ${reason}.`,
    });
    expect((await readdir(folder)).sort()).toEqual(["folder", "there.md"]);
  });

  it("is refused with the code of the file system, whatever that is", async () => {
    const path = join(emptyFolder(), `${"x".repeat(300)}.md`);
    await expect(ReportFile.at(path)).rejects.toThrow("cannot be written (ENAMETOOLONG)");
  });
});
