/** Fetches a server of the distribution into the repository's cache, without installing anything. */
import { access, readdir, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type AptDownload, aptWithFreshLists, aptWithSystemLists } from "./apt-download.ts";
import { buildOnce } from "./build-once.ts";
import { missingLibraries, packagesFor } from "./missing-libraries.ts";
import { run } from "./run.ts";

/** A program of an unpacked package, and what has to be added to its environment: where its libraries are. */
export interface UnpackedProgram {
  command: string;
  env: Record<string, string>;
}

export interface ProgramFromAptOptions {
  /** The folder to unpack into; below it, each kind of machine has one of its own. */
  cache: string;
  /** Tried one after the other, until one of them has the program. */
  attempts: { packages: string[]; lists: "system" | "fresh" }[];
  /** Where the program may be in the packages: ["usr/bin/redis-server"]. */
  paths: string[];
  /** Runs it, and throws where it cannot run. */
  check(program: UnpackedProgram): Promise<unknown>;
}

/** The program and the environment it needs; throws when the distribution has no apt, no such package, or no network. */
export async function programFromApt(options: ProgramFromAptOptions): Promise<UnpackedProgram> {
  const dir = join(options.cache, await machineName());
  const isGood = async () => {
    const found = await findUnpacked(dir, options.paths);
    if (!found) return false;
    return options.check(found).then(
      () => true,
      () => false, // left by another machine or half removed: made anew
    );
  };
  await buildOnce({ dir, isGood, build: (scratch) => fetchProgram(options, scratch) });
  const found = await findUnpacked(dir, options.paths);
  if (!found) throw new Error(`the server has gone from ${dir}`);
  return found;
}

async function fetchProgram(options: ProgramFromAptOptions, scratch: string): Promise<void> {
  const failures: Error[] = [];
  for (const { lists, packages } of options.attempts) {
    const prepare = lists === "system" ? aptWithSystemLists : aptWithFreshLists;
    try {
      await unpackProgram(options, await prepare(scratch), packages, scratch);
      await rm(join(scratch, "apt"), { recursive: true, force: true });
      await rm(join(scratch, "apt-fresh"), { recursive: true, force: true });
      return;
    } catch (error) {
      failures.push(error as Error);
    }
  }
  throw new AggregateError(failures, failures.map((failure) => failure.message).join("\n"));
}

async function unpackProgram(
  { paths, check }: ProgramFromAptOptions,
  apt: AptDownload,
  packages: string[],
  scratch: string,
): Promise<void> {
  await rm(join(scratch, "usr"), { recursive: true, force: true });
  const unpacked = await unpack(await apt.download(packages), scratch);
  const asked = new Set(packages);
  // a library may need another one, so look again after each round
  for (let round = 0; round < 5; round++) {
    const server = await findUnpacked(scratch, paths);
    if (!server) throw new Error(`no server in ${packages.join(", ")}`);
    const missing = await missingLibraries(server.command, server.env);
    if (missing.length === 0) {
      await check(server);
      return;
    }
    const wanted = packagesFor(missing, unpacked.depends).filter((name) => !asked.has(name));
    if (wanted.length === 0) throw new Error(`no package found for ${missing.join(", ")}`);
    for (const name of wanted) asked.add(name);
    unpacked.depends.push(...(await unpack(await apt.download(wanted), scratch)).depends);
  }
  throw new Error(`libraries of ${packages[0]} are still missing after five rounds`);
}

async function unpack(debs: string[], into: string): Promise<{ depends: string[] }> {
  const depends: string[] = [];
  for (const deb of debs) {
    await run("dpkg-deb", ["-x", deb, into]);
    depends.push(await run("dpkg-deb", ["-f", deb, "Depends", "Pre-Depends"]));
  }
  return { depends };
}

async function findUnpacked(root: string, paths: string[]): Promise<UnpackedProgram | undefined> {
  for (const path of paths) {
    const command = join(root, path);
    if (!(await exists(command))) continue;
    const libraries = await libraryDirectories(root);
    if (process.env.LD_LIBRARY_PATH) libraries.push(process.env.LD_LIBRARY_PATH);
    return { command, env: { LD_LIBRARY_PATH: libraries.join(delimiter) } };
  }
  return undefined;
}

/** usr/lib and lib, and in each the folder of the architecture (usr/lib/x86_64-linux-gnu). */
async function libraryDirectories(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const lib of [join(root, "usr/lib"), join(root, "lib")]) {
    if (!(await exists(lib))) continue;
    const names = (await readdir(lib)).filter((name) => name.includes("-linux-"));
    found.push(...names.map((name) => join(lib, name)), lib);
  }
  return found;
}

/** A checkout may be shared by machines (a container and its host), so each has a folder: "debian-12-x64". */
async function machineName(): Promise<string> {
  const release = await readFile("/etc/os-release", "utf8");
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(release)?.[1] ?? "unknown";
  return `${field("ID")}-${field("VERSION_ID")}-${process.arch}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
