/** The file of an audit's report: looked at before anything starts, and replaced in one step. */
import { randomUUID } from "node:crypto";
import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DemonstrationError } from "../demonstration.ts";
import { isFileError } from "../tree/file-error.ts";

/** Beside the default store. */
const defaultPath = ".attune/audit.md";

export class ReportFile {
  /** Absolute. */
  readonly path: string;

  /** Rejects with a `DemonstrationError` when no file can be written there. */
  static async at(path?: string): Promise<ReportFile> {
    const file = new ReportFile(resolve(path ?? defaultPath));
    try {
      // A folder that was named has to be there: it may be a slip.
      if (path === undefined) await mkdir(dirname(file.path), { recursive: true });
      await file.#probe();
    } catch (error) {
      if (!isFileError(error)) throw error;
      const reason = reasons[error.code ?? ""] ?? `cannot be written (${error.code})`;
      throw new DemonstrationError(`--report: ${file.path} ${reason}.`, 2, { cause: error });
    }
    return file;
  }

  private constructor(path: string) {
    this.path = path;
  }

  /** Nobody sees half a report. Resolves with the path. */
  async write(text: string): Promise<string> {
    const temporary = this.#temporary();
    try {
      await writeFile(temporary, text, { flag: "wx" });
      await rename(temporary, this.path);
    } finally {
      await rm(temporary, { force: true });
    }
    return this.path;
  }

  async #probe(): Promise<void> {
    const temporary = this.#temporary();
    await writeFile(temporary, "", { flag: "wx" });
    await rm(temporary);
    const there = await lstat(this.path).catch(() => undefined); // nothing yet
    if (there?.isDirectory()) throw Object.assign(new Error("folder"), { code: "EISDIR", syscall: "open" });
  }

  #temporary(): string {
    return `${this.path}.${randomUUID().slice(0, 8)}.tmp`;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EISDIR: "is a folder",
  ENOENT: "is in a folder that does not exist",
  ENOTDIR: "is in something that is not a folder",
};
