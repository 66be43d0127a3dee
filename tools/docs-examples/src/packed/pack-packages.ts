/** Builds the packages and packs them as they would be published. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { outputOf } from "../run-process.ts";

export interface PackedPackage {
  name: string;
  /** Absolute path of the .tgz. */
  tarball: string;
  /** Paths of the files in it, without the leading "package/". */
  files: string[];
  /** The packages of ours that it needs, all the way down. */
  needs: string[];
}

/** `folders` under the root, `into` an existing folder. */
export async function packPackages(
  root: string,
  folders: readonly string[],
  into: string,
): Promise<Map<string, PackedPackage>> {
  const nx = join(root, "node_modules/.bin/nx");
  // without a daemon: it would stay behind
  await outputOf(nx, ["run-many", "-t", "build", "--output-style=static"], {
    cwd: root,
    env: { NX_DAEMON: "false" },
    timeoutMs: 100_000,
  });
  const workspaces = folders.flatMap((folder) => ["--workspace", folder]);
  const said = await outputOf("npm", ["pack", "--json", "--pack-destination", into, ...workspaces], {
    cwd: root,
    timeoutMs: 30_000,
  });
  const tarballs = JSON.parse(said) as { name: string; filename: string; files: { path: string }[] }[];
  const manifests = await Promise.all(folders.map((folder) => readManifest(join(root, folder))));
  return new Map(
    tarballs.map(({ name, filename, files }) => [
      name,
      {
        name,
        tarball: join(into, filename),
        files: files.map(({ path }) => path).sort(),
        needs: [...neededBy(name, manifests)],
      },
    ]),
  );
}

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}

function neededBy(name: string, manifests: readonly Manifest[], found = new Set<string>()): Set<string> {
  const manifest = manifests.find((candidate) => candidate.name === name);
  const declared = Object.keys({ ...manifest?.dependencies, ...manifest?.peerDependencies });
  for (const needed of declared.filter((each) => each.startsWith("@attune/"))) {
    if (found.has(needed)) continue;
    found.add(needed);
    neededBy(needed, manifests, found);
  }
  return found;
}
