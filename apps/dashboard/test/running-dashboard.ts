/** For tests: a dashboard on a store of the test's own, ended with the test. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loggerInto } from "@attune-tools/every-store";
import { onTestFinished } from "vitest";
import type { Dashboard, DashboardOptions } from "../src/index.ts";
import { startAtPace } from "../src/start-dashboard.ts";
import { PageClient, type PageClientOptions } from "./page-client.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for
  readonly json: any;
}

export interface RunningDashboard extends Dashboard {
  /** What was logged as a warning or an error. */
  readonly warnings: readonly string[];
  /** With the Bearer token. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** JSON, with the Bearer token. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A page on `/ws`. */
  connect(options?: Partial<PageClientOptions>): Promise<PageClient>;
}

export interface RunOptions extends DashboardOptions {
  /** So many times as often as usual does it read what it reads again and again. Default 1. */
  readonly pace?: number;
}

export async function runDashboard({ pace = 1, ...options }: RunOptions = {}): Promise<RunningDashboard> {
  const webRoot = await mkdtemp(join(tmpdir(), "attune-web-"));
  onTestFinished(() => rm(webRoot, { recursive: true, force: true }));
  await writeFile(join(webRoot, "index.html"), "<!doctype html><title>attune</title>");
  const warnings: string[] = [];
  const logger = loggerInto(warnings);
  const dashboard = await startAtPace({ port: 0, webRoot, logger, ...options }, pace);
  onTestFinished(() => dashboard.close());
  const { url, token } = dashboard;
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${url}${path}`, { ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  return {
    ...dashboard,
    warnings,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      }),
    async connect(pageOptions = {}) {
      const page = new PageClient({ url, token, ...pageOptions });
      onTestFinished(() => void page.terminate());
      await page.opened;
      return page;
    },
  };
}
