/** Is told by the file system of writes to the file. Where it tells nothing, whoever uses this looks by himself. */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { logPath } from "./database-file.ts";

export interface FolderWatchListener {
  /** Something was written, by whichever process. */
  written(): void;
  /** The file was made, removed or renamed. */
  moved(): void;
}

export class FolderWatch {
  readonly #listener: FolderWatchListener;
  readonly #watchers = new Set<FSWatcher>();

  constructor(listener: FolderWatchListener) {
    this.#listener = listener;
  }

  /** `realPath` is where the file lies, `path` a symbolic link to it, or the same. */
  start(path: string, realPath: string): void {
    if (this.#watchers.size > 0) return;
    // The folder, not the file: what is written is the log beside it, and a file that is replaced is another one.
    this.#watch(realPath);
    if (dirname(path) !== dirname(realPath)) this.#watch(path);
  }

  stop(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers.clear();
  }

  #watch(path: string): void {
    const file = basename(path);
    const log = basename(logPath(path));
    let watcher: FSWatcher;
    try {
      watcher = watch(dirname(path), { persistent: false }, (kind, name) => {
        if (name === null || name === log) this.#listener.written();
        if (kind === "rename" && (name === null || name === file || name === log)) this.#listener.moved();
      });
    } catch {
      // No more watches to be had (inotify's limit), or a file system without them: the looks at intervals go on.
      return;
    }
    this.#watchers.add(watcher);
    watcher.on("error", () => {
      watcher.close();
      this.#watchers.delete(watcher);
    });
  }
}
