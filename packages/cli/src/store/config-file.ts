/** `attune.config.ts` or `attune.config.json` of a project: in the folder, or in the nearest one above it. */
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CliError, exitCode } from "../exit-code.ts";

export interface AttuneConfig {
  /** The store; the path of a file is relative to the configuration's folder. */
  readonly url?: string;
  /** In front of every key in the store. Default "empathy:". */
  readonly prefix?: string;
}

export interface FoundConfig extends AttuneConfig {
  readonly name: string;
  readonly folder: string;
}

/** The first of a folder counts. */
const names = ["attune.config.ts", "attune.config.json"];

export async function findConfig(folder: string): Promise<FoundConfig | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of names) {
      const path = join(at, name);
      if (existsSync(path)) return { ...check(await load(path), path), name, folder: at };
    }
    if (at === dirname(at)) return undefined;
  }
}

async function load(path: string): Promise<unknown> {
  if (path.endsWith(".ts")) refuseStrangers(path);
  try {
    if (path.endsWith(".json")) return JSON.parse(await readFile(path, "utf8"));
    return await withoutStdout(async () => {
      const loaded = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
      return loaded.default;
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const advice =
      code === "ERR_UNKNOWN_FILE_EXTENSION"
        ? ["Node reads TypeScript from 22.18 on; an attune.config.json works with every one."]
        : [];
    throw new CliError(exitCode.usage, `${path} cannot be read: ${message}`, advice, { cause });
  }
}

/** A program that somebody else has put into a folder above this one is not run. */
function refuseStrangers(path: string): void {
  const own = process.getuid?.();
  const { uid, mode } = statSync(path);
  if (own === undefined || ((uid === own || uid === 0) && (mode & 0o002) === 0)) return;
  const why = (mode & 0o002) === 0 ? "belongs to another user" : "can be written by everybody";
  throw new CliError(exitCode.usage, `${path} ${why}, so it is not run.`, [
    "Say --url and --prefix, or use an attune.config.json, which is only read.",
  ]);
}

/** What a configuration prints is no result of the command. */
async function withoutStdout<Result>(work: () => Promise<Result>): Promise<Result> {
  const { log, info, debug } = console;
  Object.assign(console, { log: console.error, info: console.error, debug: console.error });
  try {
    return await work();
  } finally {
    Object.assign(console, { log, info, debug });
  }
}

function check(config: unknown, path: string): AttuneConfig {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    const form = path.endsWith(".json") ? '{ "url": "…" }' : 'export default { url: "…" }';
    throw new CliError(exitCode.usage, `${path} must hold an object: ${form}`);
  }
  for (const [name, value] of Object.entries(config)) {
    if (name !== "url" && name !== "prefix" && name !== "$schema") {
      throw new CliError(
        exitCode.usage,
        `${path}: there is no setting ${JSON.stringify(name)}, only url and prefix.`,
      );
    }
    if (typeof value !== "string" || value === "") {
      throw new CliError(exitCode.usage, `${path}: ${name} must be a text.`);
    }
  }
  return config;
}
