/** Reads what the check needs to know of every package of an npm workspace. */
import { glob, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { importedSpecifiers } from "./imported-specifiers.ts";

export interface PackageImport {
  /** Relative to the package's folder, with forward slashes: src/index.ts */
  file: string;
  specifier: string;
}

export interface WorkspacePackage {
  name: string;
  private: boolean;
  /** The nx tags that begin with "layer:", without that. */
  layers: readonly string[];
  dependencies: readonly string[];
  peerDependencies: readonly string[];
  optionalDependencies: readonly string[];
  devDependencies: readonly string[];
  /** What the files in src import, types too. */
  imports: readonly PackageImport[];
}

export interface Workspace {
  packages: WorkspacePackage[];
  rootDevDependencies: string[];
}

interface Manifest {
  name?: string;
  private?: boolean;
  workspaces?: string[];
  nx?: { tags?: string[] };
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

export async function readWorkspace(root: string): Promise<Workspace> {
  const manifest = await readManifest(root);
  const patterns = (manifest.workspaces ?? []).map((pattern) => `${pattern}/package.json`);
  const folders: string[] = [];
  for await (const found of glob(patterns, { cwd: root })) folders.push(dirname(found));
  const packages = await Promise.all(folders.sort().map((folder) => readPackage(join(root, folder))));
  return { packages, rootDevDependencies: Object.keys(manifest.devDependencies ?? {}) };
}

async function readPackage(folder: string): Promise<WorkspacePackage> {
  const manifest = await readManifest(folder);
  const tags = manifest.nx?.tags ?? [];
  return {
    name: manifest.name ?? basename(folder),
    private: manifest.private ?? false,
    layers: tags.filter((tag) => tag.startsWith("layer:")).map((tag) => tag.slice("layer:".length)),
    dependencies: Object.keys(manifest.dependencies ?? {}),
    peerDependencies: Object.keys(manifest.peerDependencies ?? {}),
    optionalDependencies: Object.keys(manifest.optionalDependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    imports: await readImports(folder),
  };
}

async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, "package.json");
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text) as Manifest;
  } catch (error) {
    throw new Error(`${path} is no JSON: ${error}`, { cause: error });
  }
}

async function readImports(folder: string): Promise<PackageImport[]> {
  const files: string[] = [];
  for await (const file of glob("src/**/*.{ts,tsx,mts}", { cwd: folder }))
    files.push(file.replaceAll("\\", "/"));
  const imports = files.sort().map(async (file) => {
    const specifiers = importedSpecifiers(await readFile(join(folder, file), "utf8"));
    return specifiers.map((specifier) => ({ file, specifier }));
  });
  return (await Promise.all(imports)).flat();
}
