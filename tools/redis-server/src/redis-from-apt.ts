/** Fetches the distribution's Redis or Valkey into the repository's cache, without installing anything. */
import { access, readdir, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type AptDownload, aptWithFreshLists, aptWithSystemLists } from "./apt-download.ts";
import { buildOnce } from "./build-once.ts";
import { missingLibraries, packagesFor } from "./missing-libraries.ts";
import { run } from "./run.ts";
import { serverVersion } from "./server-version.ts";

const defaultCache = join(import.meta.dirname, "../../../node_modules/.cache/attune-redis");

/** In Debian the server is a link to the check program of the tools package, so both are needed. */
const redisPackages = ["redis-server", "redis-tools"];
const valkeyPackages = ["valkey-server", "valkey-tools"];

/** The server's path and the environment it needs; throws when the distribution has no apt or no network. */
export async function redisFromApt(
  cache: string = defaultCache,
): Promise<{ command: string; env: Record<string, string> }> {
  const dir = join(cache, await machineName());
  const isGood = async () => {
    const found = await findUnpacked(dir);
    if (!found) return false;
    return serverVersion(found.command, found.env).then(
      () => true,
      () => false, // left by another machine or half removed: made anew
    );
  };
  await buildOnce({ dir, isGood, build: fetchServer });
  const found = await findUnpacked(dir);
  if (!found) throw new Error(`the server has gone from ${dir}`);
  return found;
}

async function fetchServer(scratch: string): Promise<void> {
  const attempts = [
    { lists: aptWithSystemLists, packages: redisPackages },
    { lists: aptWithFreshLists, packages: redisPackages },
    { lists: aptWithFreshLists, packages: valkeyPackages },
  ];
  const failures: Error[] = [];
  for (const { lists, packages } of attempts) {
    try {
      await unpackServer(await lists(scratch), packages, scratch);
      await rm(join(scratch, "apt"), { recursive: true, force: true });
      await rm(join(scratch, "apt-fresh"), { recursive: true, force: true });
      return;
    } catch (error) {
      failures.push(error as Error);
    }
  }
  throw new AggregateError(failures, failures.map((failure) => failure.message).join("\n"));
}

async function unpackServer(apt: AptDownload, packages: string[], scratch: string): Promise<void> {
  await rm(join(scratch, "usr"), { recursive: true, force: true });
  const unpacked = await unpack(await apt.download(packages), scratch);
  const asked = new Set(packages);
  // a library may need another one, so look again after each round
  for (let round = 0; round < 5; round++) {
    const server = await findUnpacked(scratch);
    if (!server) throw new Error(`no server in ${packages.join(", ")}`);
    const missing = await missingLibraries(server.command, server.env);
    if (missing.length === 0) {
      await serverVersion(server.command, server.env);
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

async function findUnpacked(
  root: string,
): Promise<{ command: string; env: Record<string, string> } | undefined> {
  for (const name of ["redis-server", "valkey-server"]) {
    const command = join(root, "usr/bin", name);
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
