/** What the README lists is what there is: options, routes, refusals, close codes, metrics, rules of alerts, keys. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { defaultAlertRules, parseAlertRules } from "../src/alerts/alert-rules.ts";
import { checkOptions } from "../src/dashboard-options.ts";
import { closeCodes } from "../src/protocol/messages.ts";
import { refusals } from "../src/server/refusals.ts";
import { views } from "../web/src/views/views.ts";
import { runDashboard } from "./running-dashboard.ts";

const folder = join(import.meta.dirname, "..");
const readme = await readFile(join(folder, "README.md"), "utf8");

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly default?: unknown; readonly maximum?: number };
}

/** The cells of the first table under a heading whose first column is called so. */
function tableOf(heading: string, firstColumn: string): string[][] {
  const [, section] = readme.split(`\n${heading}\n`);
  const lines = section!.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${firstColumn} |`));
  expect(start, `a table of ${firstColumn} under ${heading}`).toBeGreaterThan(-1);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

function plain(cell: string): string {
  return cell.replaceAll("`", "");
}

it("the options are those of startDashboard and of the command line, with their defaults", async () => {
  const rows = tableOf("## Options", "option");
  const source = await readFile(join(folder, "src/dashboard-options.ts"), "utf8");
  const [declaration] = /export interface DashboardOptions \{[^}]*\}/.exec(source)!;
  const declared = [...declaration.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name!);
  expect(rows.map(([name]) => plain(name!)).sort()).toEqual(declared.sort());

  const bin = ["--conditions=@attune/source", join(folder, "src/bin.ts"), "--help"];
  const { stdout: help } = await promisify(execFile)(process.execPath, bin, { timeout: 20_000 });
  const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag!);
  const secrets = [...help.matchAll(/^ {2}(ATTUNE_\w+)/gm)].map(([, name]) => name!);
  expect(flags.length).toBeGreaterThan(10);
  const onCommandLine = rows.map(([, flag]) => plain(flag!)).filter((flag) => flag !== "");
  expect(onCommandLine.sort()).toEqual(
    [...flags.filter((flag) => !/^--(help|version)$/.test(flag)), ...secrets].sort(),
  );

  const defaults = new Map(rows.map(([name, , byDefault]) => [plain(name!), byDefault!]));
  const checked = checkOptions({});
  for (const name of ["host", "port", "readOnly", "responder", "maxClients"] as const) {
    expect(plain(defaults.get(name)!), name).toBe(JSON.stringify(checked[name]));
  }
});

it("the routes are those of the server, with their parameters, defaults and bounds", async () => {
  const dashboard = await runDashboard({ url: "memory:documents" });
  const { json } = await dashboard.get("/docs/json");
  const served = Object.entries<Record<string, { parameters?: Parameter[] }>>(json.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => [
        `${method.toUpperCase()} ${path}`,
        parameters.filter((one) => one.in === "query").map(queryText),
      ]),
  );
  const listed = tableOf("## REST", "route").map(([route, query]) => [
    plain(route!),
    query === "" ? [] : query!.split(", "),
  ]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(served));
  expect(listed).toHaveLength(served.length);
});

function queryText({ name, schema: { default: standard, maximum } }: Parameter): string {
  return `\`${name}${standard === undefined ? "" : `=${standard}`}\`${maximum === undefined ? "" : ` to ${maximum}`}`;
}

it("the errors are those of the table of refusals", () => {
  const listed = tableOf("### Errors", "code").map(([code, status, meaning]) => [
    plain(code!),
    { status: Number(status), meaning },
  ]);
  expect(Object.fromEntries(listed)).toEqual(refusals);
  expect(listed).toHaveLength(Object.keys(refusals).length);
});

it("the close codes are those of the protocol, and those of WebSockets that may come", () => {
  const listed = tableOf("## `/ws`", "close code").map(([code]) => Number(code));
  expect(listed.sort()).toEqual([1001, 1009, ...Object.values(closeCodes)].sort());
});

it("the metrics are those that are served, with their types", async () => {
  const dashboard = await runDashboard({ url: "memory:documents-metrics" });
  const { text } = await dashboard.get("/metrics");
  const served = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const ofAttune = served.filter((one) => one.startsWith("attune_"));
  const listed = tableOf("## Metrics", "name").map(([name, type]) => `${plain(name!)} ${type}`);
  expect(listed.sort()).toEqual(ofAttune.sort());
  expect(served.filter((one) => !/^(attune|process|nodejs)_/.test(one))).toEqual([]);
});

it("the rules of alerts are the default ones, and the example is one that is understood", () => {
  const listed = tableOf("## Alerts", "rule").map(([rule, threshold, forMs, severity]) => [
    plain(rule!),
    { enabled: true, threshold: Number(threshold), for_ms: Number(forMs), severity },
  ]);
  expect(Object.fromEntries(listed)).toEqual(defaultAlertRules);
  expect(listed).toHaveLength(Object.keys(defaultAlertRules).length);
  const [, section] = readme.split("\n## Alerts\n");
  const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(section!)![1]!);
  const rules = parseAlertRules(example);
  expect(Object.keys(example).length).toBeGreaterThan(1);
  expect(rules).toMatchObject(example);
  expect(rules).not.toEqual(defaultAlertRules);
});

it("the keys that lead to views are those of the views, in their order", () => {
  const [cell] = tableOf("## Keys", "key").map(([keys, does]) => ({ keys, does }));
  const { keys, does } = cell!;
  expect(plain(keys!)).toBe(`g, then ${views.map(({ key }) => key).join(", ")}`);
  expect(does).toBe(`goes to ${views.map(({ name }) => name).join(", ")}`);
});
