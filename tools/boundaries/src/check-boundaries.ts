/** Holds the packages against the rules and says, in a sentence each, what is against them. */
import { isBuiltin } from "node:module";
import { dirname, isAbsolute, join, normalize } from "node:path/posix";
import type { PackageImport, WorkspacePackage } from "./read-workspace.ts";
import { featuresBelow, type Layer, layers, mayAlsoDevelopWith, mayBundle, mayDependOn } from "./rules.ts";

export interface CheckOptions {
  /** The root package.json's devDependencies: private packages may import them too. */
  rootDevDependencies?: readonly string[];
}

/** One sentence for each violation; empty when all is well. */
export function checkBoundaries(
  packages: readonly WorkspacePackage[],
  { rootDevDependencies = [] }: CheckOptions = {},
): string[] {
  const byName = new Map(packages.map((pkg) => [pkg.name, pkg]));
  return packages.flatMap((pkg) => [
    ...checkLayer(pkg),
    ...checkDependencies(pkg, byName),
    ...pkg.imports.flatMap((imported) =>
      checkImport(pkg, imported, importable(pkg, byName, rootDevDependencies)),
    ),
  ]);
}

function checkLayer(pkg: WorkspacePackage): string[] {
  if (pkg.layers.length !== 1) {
    const has = pkg.layers.length === 0 ? "none" : pkg.layers.join(", ");
    return [
      `${pkg.name}: needs exactly one layer tag in nx.tags (layer:${layers.join(", layer:")}), has ${has}`,
    ];
  }
  const layer = layerOf(pkg);
  if (!layer)
    return [`${pkg.name}: layer:${pkg.layers[0]} is no layer; there are layer:${layers.join(", layer:")}`];
  if (layer === "feature" && !featuresBelow[featureOf(pkg)]) {
    return [
      `${pkg.name}: is a feature that rules.ts does not know: say in featuresBelow what it may build on`,
    ];
  }
  return [];
}

function checkDependencies(pkg: WorkspacePackage, byName: Map<string, WorkspacePackage>): string[] {
  const violations: string[] = [];
  const groups = [
    { kind: "dependencies", names: pkg.dependencies },
    { kind: "peerDependencies", names: pkg.peerDependencies },
    { kind: "optionalDependencies", names: pkg.optionalDependencies },
    { kind: "devDependencies", names: pkg.devDependencies },
  ] as const;
  for (const { kind, names } of groups) {
    for (const name of names) {
      const other = byName.get(name);
      if (!other) {
        if (/^@attune(-tools)?\//.test(name))
          violations.push(`${pkg.name}: ${name} in ${kind} is not in this workspace`);
        continue;
      }
      const objection = objectionTo(pkg, other, kind === "devDependencies");
      if (objection) violations.push(`${pkg.name}: must not have ${name} in ${kind}: ${objection}`);
    }
  }
  return violations;
}

/** Why the package may not use the other one; undefined when it may, or when its layer is unknown and already reported. */
function objectionTo(
  pkg: WorkspacePackage,
  other: WorkspacePackage,
  development: boolean,
): string | undefined {
  const from = layerOf(pkg);
  const to = layerOf(other);
  if (!from || !to) return undefined;
  if (pkg.name === other.name) return "a package does not depend on itself";
  const developmentOnly = mayAlsoDevelopWith[from].includes(to);
  if (!mayDependOn[from].includes(to) && !(development && developmentOnly)) {
    if (developmentOnly) return `layer:${from} may use layer:${to} in devDependencies only`;
    const allowed = mayDependOn[from].map((layer) => `layer:${layer}`).join(", ");
    return `layer:${from} may depend on ${allowed || "nothing of ours"}, not on layer:${to}`;
  }
  if (from === "feature" && to === "feature") {
    const below = featuresBelow[featureOf(pkg)];
    if (below && !below.includes(featureOf(other))) {
      return `${featureOf(pkg)} may build on ${below.join(", ") || "no other feature"}, not on ${featureOf(other)}`;
    }
  }
  return undefined;
}

function checkImport(
  pkg: WorkspacePackage,
  { file, specifier }: PackageImport,
  declared: readonly string[],
): string[] {
  const where = `${pkg.name}: ${file} imports ${JSON.stringify(specifier)}`;
  if (specifier.startsWith(".")) {
    const target = normalize(join(dirname(file), specifier));
    return target.startsWith("..") ? [`${where}, which leaves the package`] : [];
  }
  if (isAbsolute(specifier) || specifier.startsWith("file:"))
    return [`${where}, which is a place on this machine`];
  if (specifier.startsWith("#") || isBuiltin(specifier)) return [];
  const name = packageOf(specifier);
  if (declared.includes(name)) return [];
  return [`${where}, but ${name} is neither in its dependencies nor in its peerDependencies`];
}

/** The packages whose names its sources may import. */
function importable(
  pkg: WorkspacePackage,
  byName: ReadonlyMap<string, WorkspacePackage>,
  rootDevDependencies: readonly string[],
): string[] {
  const declared = [...pkg.dependencies, ...pkg.peerDependencies];
  // nobody installs a private package, so it does not matter to anybody where it declares what it needs
  if (pkg.private) return [...declared, ...pkg.devDependencies, ...rootDevDependencies];
  const from = layerOf(pkg);
  const bundled = pkg.devDependencies.filter((name) => {
    const other = byName.get(name);
    const to = other && layerOf(other);
    return other?.private && from && to && mayBundle[from].includes(to);
  });
  return [...declared, ...bundled];
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function layerOf(pkg: WorkspacePackage): Layer | undefined {
  return pkg.layers.length === 1 ? layers.find((layer) => layer === pkg.layers[0]) : undefined;
}

function featureOf(pkg: WorkspacePackage): string {
  return pkg.name.replace(/^@attune\//, "");
}
