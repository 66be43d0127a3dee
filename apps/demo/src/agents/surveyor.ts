/** The surveyor: walks the tree first, so that the others know what there is; finds the deepest folder. */
import { isFileError } from "../tree/file-error.ts";
import { type TreeFile, type TreeFolder, walkTree } from "../tree/walk-tree.ts";
import type { Agent, AgentReport } from "./agent.ts";
import { topOf } from "./ranking.ts";
import { counted } from "./wording.ts";

export interface Surveyor extends Agent {
  /** What it found, once it has run. */
  readonly files: readonly TreeFile[];
}

export const surveyorId = "surveyor";

export function createSurveyor(root: string): Surveyor {
  const files: TreeFile[] = [];
  return {
    id: surveyorId,
    task: "walks the tree",
    files,
    async run({ publisher, signal, progress }) {
      const survey = new Survey();
      for await (const folder of walkTree(root)) {
        signal.throwIfAborted();
        for (const file of folder.files) files.push(file);
        survey.add(folder);
        if (isFileError(folder.failure)) await publisher.fileFailed(folder.path, folder.failure);
        progress(survey.folders / (survey.folders + folder.pending), folder.path);
      }
      const deepest = survey.deepest();
      if (deepest) await publisher.finding("deepest folder", deepest.name, `${deepest.value} levels down`);
      return survey.report();
    },
  };
}

class Survey {
  folders = 0;
  readonly #depths = new Map<string, number>();
  readonly #totals = { files: 0, links: 0, special: 0, unreadable: 0, skipped: 0 };

  add(folder: TreeFolder): void {
    this.folders += 1;
    if (folder.depth > 0) this.#depths.set(folder.path, folder.depth);
    this.#totals.files += folder.files.length;
    this.#totals.links += folder.links;
    this.#totals.special += folder.special;
    this.#totals.skipped += folder.skipped;
    if (folder.failure) this.#totals.unreadable += 1;
  }

  deepest() {
    return topOf(this.#depths, "levels", 1)[0];
  }

  report(): AgentReport {
    const { files, links, unreadable, skipped } = this.#totals;
    const asides = [
      skipped > 0 ? `${counted(skipped, "folder")} left out` : "",
      links > 0 ? `${counted(links, "symbolic link")} not followed` : "",
      unreadable > 0 ? `${counted(unreadable, "folder")} unreadable` : "",
    ];
    return {
      headline: [
        `${counted(files, "file")} in ${counted(this.folders, "folder")}`,
        ...asides.filter(Boolean),
      ].join(", "),
      totals: { folders: this.folders, ...this.#totals },
      ranking: topOf(this.#depths, "levels"),
    };
  }
}
