/** Who may depend on whom, told with invented packages. */
import { describe, expect, test } from "vitest";
import { checkBoundaries, type WorkspacePackage } from "../src/index.ts";

function pkg(name: string, layer: string, more: Partial<WorkspacePackage> = {}): WorkspacePackage {
  return {
    name,
    private: false,
    layers: layer === "" ? [] : [layer],
    dependencies: [],
    peerDependencies: [],
    optionalDependencies: [],
    devDependencies: [],
    imports: [],
    ...more,
  };
}

const contract = pkg("@attune/transport", "contract");
const adapter = pkg("@attune/transport-redis", "adapter", { dependencies: ["@attune/transport"] });
const conformance = pkg("@attune/transport-conformance", "conformance", {
  dependencies: ["@attune/transport"],
});
const streams = pkg("@attune/streams", "feature", { dependencies: ["@attune/transport"] });
const signals = pkg("@attune/signals", "feature", { dependencies: ["@attune/transport", "@attune/streams"] });
const tool = pkg("@attune-tools/redis-server", "tool", { private: true });
const app = pkg("@attune/demo", "app");
const sound = [contract, adapter, conformance, streams, signals, tool, app];

/** The violations when one package is changed or added. */
function withPackage(changed: WorkspacePackage): string[] {
  return checkBoundaries([...sound.filter(({ name }) => name !== changed.name), changed]);
}

test("a sound workspace has nothing to complain about", () => {
  expect(checkBoundaries(sound)).toEqual([]);
});

describe("layers", () => {
  test.each([
    [{ ...contract, dependencies: ["@attune/streams"] }, "layer:contract may depend on nothing of ours"],
    [
      { ...adapter, dependencies: ["@attune/streams"] },
      "layer:adapter may depend on layer:contract, not on layer:feature",
    ],
    [
      { ...adapter, dependencies: ["@attune/transport-conformance"] },
      "layer:conformance in devDependencies only",
    ],
    [
      { ...conformance, dependencies: ["@attune/transport-redis"] },
      "layer:conformance may depend on layer:contract",
    ],
    [
      { ...streams, dependencies: ["@attune/transport-redis"] },
      "layer:feature may use layer:adapter in devDependencies only",
    ],
    [
      { ...streams, peerDependencies: ["@attune/transport-redis"] },
      "@attune/transport-redis in peerDependencies",
    ],
    [{ ...streams, optionalDependencies: ["@attune/transport-redis"] }, "in optionalDependencies"],
    [{ ...streams, dependencies: ["@attune/demo"] }, "not on layer:app"],
    [
      { ...app, dependencies: ["@attune-tools/redis-server"] },
      "layer:app may use layer:tool in devDependencies only",
    ],
    [
      { ...tool, dependencies: ["@attune/transport-redis"] },
      "layer:tool may depend on layer:tool, layer:contract, layer:feature, not on layer:adapter",
    ],
    [{ ...adapter, devDependencies: ["@attune/streams"] }, "not on layer:feature"],
    [{ ...streams, dependencies: ["@attune/streams"] }, "does not depend on itself"],
    [{ ...streams, dependencies: ["@attune/gone"] }, "@attune/gone in dependencies is not in this workspace"],
  ])("%# is against the rules", (changed, message) => {
    const violations = withPackage(changed);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(message);
    expect(violations[0]).toContain(changed.name);
  });

  test.each([
    { ...adapter, devDependencies: ["@attune/transport-conformance", "@attune-tools/redis-server"] },
    { ...streams, devDependencies: ["@attune/transport-redis", "@attune/transport-conformance", "vitest"] },
    { ...contract, devDependencies: ["@attune-tools/redis-server"] },
    { ...tool, dependencies: [], devDependencies: [] },
    {
      ...app,
      dependencies: ["@attune/streams", "@attune/transport-redis", "@attune/transport"],
      devDependencies: ["@attune-tools/redis-server"],
    },
  ])("%# is allowed", (changed) => {
    expect(withPackage(changed)).toEqual([]);
  });
});

describe("features", () => {
  const workflow = (...names: string[]) =>
    pkg("@attune/workflow", "feature", { dependencies: names.map((name) => `@attune/${name}`) });

  test("build on features below them", () => {
    expect(withPackage(workflow("streams", "signals"))).toEqual([]);
  });

  test("do not build on those beside or above them, not even in tests", () => {
    const heartbeat = pkg("@attune/heartbeat", "feature", { dependencies: ["@attune/signals"] });
    expect(withPackage(heartbeat)).toEqual([
      "@attune/heartbeat: must not have @attune/signals in dependencies: heartbeat may build on streams, not on signals",
    ]);
    expect(withPackage({ ...streams, devDependencies: ["@attune/signals"] })).toEqual([
      "@attune/streams: must not have @attune/signals in devDependencies: streams may build on no other feature, not on signals",
    ]);
    const archive = pkg("@attune/archive", "feature");
    expect(checkBoundaries([...sound, archive, workflow("archive")])).toHaveLength(1);
  });

  test("that nobody has given a place are told to get one", () => {
    expect(withPackage(pkg("@attune/telepathy", "feature"))[0]).toContain("say in featuresBelow");
  });
});

test("what the build of an app puts into it may be a private package in devDependencies, of no other layer", () => {
  const imports = [{ file: "src/a.ts", specifier: "@attune-tools/redis-server" }];
  const devDependencies = ["@attune-tools/redis-server"];
  expect(withPackage(pkg("@attune/cli", "app", { imports, devDependencies }))).toEqual([]);
  expect(withPackage(pkg("@attune/cli", "app", { imports }))).toHaveLength(1);
  expect(withPackage({ ...streams, imports, devDependencies })).toHaveLength(1);
  expect(withPackage({ ...adapter, imports, devDependencies })).toHaveLength(1);
});

test("a package has exactly one known layer", () => {
  expect(withPackage(pkg("@attune/x", ""))[0]).toContain("has none");
  expect(withPackage(pkg("@attune/x", "", { layers: ["app", "tool"] }))[0]).toContain("has app, tool");
  expect(withPackage(pkg("@attune/x", "roof"))[0]).toContain("layer:roof is no layer");
});

describe("imports in src", () => {
  const importing = (specifier: string, more: Partial<WorkspacePackage> = {}, file = "src/deep/er.ts") =>
    withPackage({ ...streams, imports: [{ file, specifier }], ...more });

  test.each([
    "./x.ts",
    "../x.ts",
    "../../package.json",
    "node:fs",
    "fs/promises",
    "#internal",
    "@attune/transport/clock",
  ])("%s is fine", (specifier) => expect(importing(specifier)).toEqual([]));

  test.each([
    ["../../../transport/src/index.ts", "leaves the package"],
    ["/tmp/x.ts", "a place on this machine"],
    ["file:///tmp/x.ts", "a place on this machine"],
    ["zod", "zod is neither in its dependencies"],
    ["@attune/signals", "@attune/signals is neither"],
    ["@standard-schema/spec/x", "@standard-schema/spec is neither"],
  ])("%s is not", (specifier, message) => {
    const violations = importing(specifier);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`src/deep/er.ts imports "${specifier}"`);
    expect(violations[0]).toContain(message);
  });

  test("peers count as declared, devDependencies only in private packages", () => {
    expect(importing("ioredis", { peerDependencies: ["ioredis"] })).toEqual([]);
    expect(importing("zod", { devDependencies: ["zod"] })).toHaveLength(1);
    expect(importing("zod", { devDependencies: ["zod"], private: true })).toEqual([]);
    const imports = [{ file: "src/a.ts", specifier: "vitest/node" }];
    expect(checkBoundaries([{ ...tool, imports }], { rootDevDependencies: ["vitest"] })).toEqual([]);
    expect(
      checkBoundaries([{ ...streams, imports }, contract], { rootDevDependencies: ["vitest"] }),
    ).toHaveLength(1);
  });
});
