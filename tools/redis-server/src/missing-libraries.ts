/** Finds out which shared libraries a program lacks on this machine, and which packages bring them. */
import { run } from "./run.ts";

/** The names as the loader says them, for example ["liblzf.so.1"]. */
export async function missingLibraries(command: string, env: Record<string, string>): Promise<string[]> {
  // what ldd does, without needing ldd: the loader lists the libraries instead of starting the program
  const listing = await run(command, [], { env: { ...env, LD_TRACE_LOADED_OBJECTS: "1" } });
  const missing = [...listing.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1]!);
  return [...new Set(missing)];
}

/**
 * The packages among the dependencies (the text of Depends fields) that should bring the libraries. By name, as
 * liblzf.so.1 is in liblzf1; where one has no such package (libcrypto.so.3 is in libssl3), all of them.
 */
export function packagesFor(libraries: string[], depends: string[]): string[] {
  const candidates = libraryPackages(depends);
  const wanted = new Set<string>();
  for (const library of libraries) {
    const stem = library
      .replace(/\.so\b.*/, "")
      .replaceAll("_", "-")
      .toLowerCase();
    const matching = candidates.filter((name) => name.startsWith(stem));
    if (matching.length === 0) return candidates;
    for (const name of matching) wanted.add(name);
  }
  return [...wanted];
}

/** Without the C library: one that does not belong to this machine's loader crashes every program. */
function libraryPackages(depends: string[]): string[] {
  const names = depends
    .flatMap((field) => field.replaceAll(/^[\w-]+: /gm, "").split(/[,|\n]/))
    .map((dependency) => /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(dependency)?.[1] ?? "")
    .filter((name) => name.startsWith("lib") && !/^libc\d/.test(name));
  return [...new Set(names)];
}
