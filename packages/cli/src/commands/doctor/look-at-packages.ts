/** The packages that speak to stores. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Finding } from "@attune/transport";

const contract = "@attune/transport";
const adapters = ["@attune/transport-memory", "@attune/transport-sqlite", "@attune/transport-redis"];

export function lookAtPackages(): Finding[] {
  const expected = versionOf(contract);
  return adapters.map((name) => {
    const version = versionOf(name);
    if (version === undefined) {
      return {
        check: name,
        outcome: "warning",
        found: "not installed",
        remedy: `Where its stores are used: npm install ${name}`,
      };
    }
    if (version === expected) return { check: name, outcome: "ok", found: version };
    return {
      check: name,
      outcome: "warning",
      found: `${version}, with ${contract} ${expected}`,
      remedy: `Install the same version of both: npm install ${name}@${expected}`,
    };
  });
}

function versionOf(name: string): string | undefined {
  try {
    const path = fileURLToPath(import.meta.resolve(`${name}/package.json`));
    return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
  } catch {
    return undefined;
  }
}
