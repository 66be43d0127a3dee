/** What there is to work on: three mixes of real modules, each of which can be loaded without anything happening. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repository } from "../store-announcement.ts";
import { walkTree } from "../tree/walk-tree.ts";
import { realExports } from "./export-judge.ts";

export const mixNames = ["plain", "indexes", "tricky"] as const;
export type MixName = (typeof mixNames)[number];

const source = join(import.meta.dirname, "..");
const indexed = ["approvals", "feedback", "heartbeat", "signals", "streams", "transport", "workflow"];

/** The files' paths. Modules of types alone are left out: there is nothing to find in them. */
export async function filesOf(mix: MixName): Promise<readonly string[]> {
  const files = await candidates[mix]();
  const exports = await Promise.all(files.map(realExports));
  return files.filter((_, index) => exports[index]!.length > 0);
}

const samples = [
  new URL("./samples/adapter-template.ts", import.meta.url),
  new URL("./samples/bundle-snapshot.ts", import.meta.url),
  new URL("./samples/lesson.ts", import.meta.url),
  new URL("./samples/limits.ts", import.meta.url),
  new URL("./samples/plugin-check.ts", import.meta.url),
  new URL("./samples/release-notes.ts", import.meta.url),
  new URL("./samples/rename-rule.ts", import.meta.url),
  new URL("./samples/retired-calls.ts", import.meta.url),
];

const candidates: Readonly<Record<MixName, () => Promise<readonly string[]>>> = {
  /** Modules of the demonstrations: what they export they declare, a line each. */
  plain: async () =>
    (await Promise.all(["agents", "lexical", "tree"].map((folder) => modulesIn(folder)))).flat(),
  /** Of the packages: lists of names from elsewhere, types among them. */
  indexes: async () => indexed.map((name) => join(repository, "packages", name, "src/index.ts")),
  /** Source about source: comments, strings and templates that hold exports of somebody else. */
  tricky: async () => samples.map((url) => fileURLToPath(url)),
};

async function modulesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { files: found } of walkTree(join(source, folder))) {
    files.push(...found.map(({ location }) => location.toString()));
  }
  return files;
}
