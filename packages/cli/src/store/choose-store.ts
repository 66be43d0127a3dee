/**
 * Which store is meant: `--url`, else ATTUNE_URL, else the `url` of the nearest attune.config, else the embedded file; and its prefix:
 * `--prefix`, else that of the configuration, whoever named the store.
 */
import { isAbsolute, resolve } from "node:path";
import { defaultUrl } from "@attune/transport";
import type { GlobalOptions } from "../session/session.ts";
import { findConfig } from "./config-file.ts";

export interface ChosenStore {
  readonly url: string;
  readonly prefix: string | undefined;
  /** Who said so, for people: "--url", "ATTUNE_URL", "attune.config.json", "default". */
  readonly chosenBy: string;
  /** The file of a `sqlite:` URL, absolute. */
  readonly file: string | undefined;
}

export async function chooseStore(
  { url, prefix }: GlobalOptions,
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<ChosenStore> {
  const named = url !== undefined && prefix !== undefined;
  const config = named ? undefined : await findConfig(folder);
  const keys = prefix ?? config?.prefix;
  if (url !== undefined) return chosen(url, keys, "--url", folder);
  if (env.ATTUNE_URL) return chosen(env.ATTUNE_URL, keys, "ATTUNE_URL", folder);
  if (config?.url !== undefined) return chosen(config.url, keys, config.name, config.folder);
  return chosen(defaultUrl, keys, "default", folder);
}

/** Of a path relative to `folder`, the URL that means the same everywhere. */
function chosen(url: string, prefix: string | undefined, chosenBy: string, folder: string): ChosenStore {
  const [, start, path, query = ""] = /^(sqlite:(?:\/\/)?)([^?]+)(\?.*)?$/is.exec(url) ?? [];
  // `sqlite::memory:` is no path, as the library will say.
  if (start === undefined || path === undefined || path.startsWith(":"))
    return { url, prefix, chosenBy, file: undefined };
  const file = isAbsolute(path) ? path : resolve(folder, path);
  return { url: `sqlite:${file}${query}`, prefix, chosenBy, file };
}
