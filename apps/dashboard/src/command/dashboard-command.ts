/** The options of the command, and what they mean: for `npx @attune/dashboard` and for `attune dashboard`. */
import { readFile } from "node:fs/promises";
import { AttuneError } from "@attune/transport";
import type { Command } from "commander";
import { type AlertRules, parseAlertRules } from "../alerts/alert-rules.ts";
import type { DashboardOptions } from "../dashboard-options.ts";

/** As commander reads them. */
export interface CommandValues {
  readonly port?: string;
  readonly host?: string;
  readonly allowRemote?: boolean;
  readonly publicUrl?: readonly string[];
  readonly readOnly?: boolean;
  readonly responder?: string;
  readonly maxClients?: string;
  readonly alerts?: string;
  readonly webhook?: string;
}

const secrets = `
Secrets come from the environment, since everybody on the machine can read command lines:
  ATTUNE_DASHBOARD_TOKEN   who knows it is let in (default: a random one per start)
  ATTUNE_WEBHOOK_SECRET    signs what is posted to the webhook`;

export function addDashboardOptions(command: Command): Command {
  return command
    .option("--port <number>", "where to listen; 0: a free one (default: 8000)")
    .option("--host <address>", "the address to listen on (default: 127.0.0.1)")
    .option("--allow-remote", "let other machines in; needs a token of yours")
    .option("--public-url <url>", "how browsers reach it, behind a proxy; several times", append)
    .option("--read-only", "nothing can be approved or rejected")
    .option("--responder <name>", 'who decides, where the page names nobody (default: "dashboard")')
    .option("--max-clients <number>", "so many pages at once (default: 100)")
    .option("--alerts <file>", "rules of alerts, as JSON")
    .option("--webhook <url>", "where alerts are posted")
    .addHelpText("after", secrets);
}

/** Rejects with `ATTUNE_ARGUMENT_INVALID`; other bounds are checked by `startDashboard`. */
export async function dashboardOptionsOf(
  values: CommandValues,
  env: NodeJS.ProcessEnv,
): Promise<DashboardOptions> {
  const { ATTUNE_DASHBOARD_TOKEN: token, ATTUNE_WEBHOOK_SECRET: webhookSecret } = env;
  return {
    ...(values.port === undefined ? {} : { port: wholeNumber("--port", values.port) }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.allowRemote === undefined ? {} : { allowRemote: values.allowRemote }),
    ...(values.publicUrl === undefined ? {} : { publicUrls: values.publicUrl }),
    ...(values.readOnly === undefined ? {} : { readOnly: values.readOnly }),
    ...(values.responder === undefined ? {} : { responder: values.responder }),
    ...(values.maxClients === undefined
      ? {}
      : { maxClients: wholeNumber("--max-clients", values.maxClients) }),
    ...(values.alerts === undefined ? {} : { alerts: await rulesIn(values.alerts) }),
    ...(values.webhook === undefined ? {} : { webhookUrl: values.webhook }),
    ...(token ? { token } : {}),
    ...(webhookSecret ? { webhookSecret } : {}),
  };
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalid(`${name} takes a whole number, not ${JSON.stringify(text)}.`);
}

async function rulesIn(file: string): Promise<AlertRules> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw invalid(`--alerts: ${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return parseAlertRules(JSON.parse(text));
  } catch (error) {
    throw invalid(`--alerts: ${file}: ${(error as Error).message}`);
  }
}

function invalid(message: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", message);
}
