/** Is told by the file system of writes to the file. Where it tells nothing, whoever uses this looks by himself. */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

export interface FolderWatchListener {
  /** Something was written, by whichever process. */
  written(): void;
  /** The file was made, removed or renamed. */
  moved(): void;
}

export class FolderWatch {
  readonly #path: string;
  readonly #listener: FolderWatchListener;
  #watcher: FSWatcher | undefined;

  constructor(path: string, listener: FolderWatchListener) {
    this.#path = path;
    this.#listener = listener;
  }

  start(): void {
    if (this.#watcher) return;
    const name = basename(this.#path);
    try {
      // The folder, not the file: the log beside it is written, and goes and comes back.
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (kind, changed) => {
        if (changed === null || changed === `${name}-wal`) this.#listener.written();
        if (kind === "rename" && (changed === null || changed === name)) this.#listener.moved();
      });
    } catch {
      // No more watches to be had (inotify's limit), or a file system without them: the looks at intervals go on.
      return;
    }
    this.#watcher.on("error", () => this.stop());
  }

  stop(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
