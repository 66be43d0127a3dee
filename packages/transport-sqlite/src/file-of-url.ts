/** From a URL to the file that it names. */
import { resolve } from "node:path";
import { AttuneError, checkText } from "@attune/transport";
import type { Synchronous } from "./open-connection.ts";

export interface FileOfUrl {
  readonly path: string;
  readonly synchronous?: Synchronous;
}

/** Throws `ATTUNE_URL_INVALID`. */
export function fileOfUrl(url: string): FileOfUrl {
  const [, path, query] = /^sqlite:(?:\/\/)?([^?]*)(?:\?(.*))?$/is.exec(url) ?? [];
  if (path === undefined || path === "" || path.startsWith(":")) {
    throw invalidUrl(
      "A file's URL is sqlite:PATH, for example sqlite:.attune/attune.db; for memory use memory:",
    );
  }
  const parameters = [...new URLSearchParams(query ?? "")];
  if (parameters.length === 0) return { path };
  const [name, value] = parameters[0]!;
  if (parameters.length > 1 || name !== "synchronous" || (value !== "normal" && value !== "full")) {
    throw invalidUrl("A file's URL can carry only ?synchronous=full or ?synchronous=normal");
  }
  return { path, synchronous: value };
}

function invalidUrl(message: string): AttuneError {
  return new AttuneError("ATTUNE_URL_INVALID", `${message}.`);
}

/** Relative to the working directory. Throws `ATTUNE_ARGUMENT_INVALID` for what can be no path. */
export function absolutePath(path: string): string {
  checkText("path", path, { maxBytes: 4096 });
  if (path.includes("\0")) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "path must not hold a NUL.", {
      details: { argument: "path" },
    });
  }
  return resolve(path);
}
