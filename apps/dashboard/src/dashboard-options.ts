/** What a dashboard is started with, and the checks of that. */
import type { Logger, Transport } from "@attune/transport";
import { AttuneError, checkInteger, checkText, randomToken } from "@attune/transport";
import { type AlertRules, type CheckedAlertRules, parseAlertRules } from "./alerts/alert-rules.ts";
import { webhookUrlOf } from "./alerts/webhook.ts";

export interface DashboardOptions {
  /** The store: what `openTransport` takes. Default: ATTUNE_URL, else the embedded file. */
  readonly url?: string;
  /** In front of every key in the store. Default "empathy:". */
  readonly prefix?: string;
  /** In the place of `url` and `prefix`: stays open when the dashboard ends. */
  readonly transport?: Transport;
  /** Where to listen. Default "127.0.0.1"; another address than those of this machine needs `allowRemote` and a `token`. */
  readonly host?: string;
  /** Default 8000; 0: a free one. */
  readonly port?: number;
  /** Default: a random one per start. At least 16 characters of `A-Z a-z 0-9 _ - . ~`. */
  readonly token?: string;
  /** Default false. */
  readonly allowRemote?: boolean;
  /** How browsers reach it beside the address it listens on: "https://attune.example.com", behind a proxy. */
  readonly publicUrls?: readonly string[];
  /** Nothing can be approved or rejected. Default false. */
  readonly readOnly?: boolean;
  /** Who is written down as the responder of an approval where the page names nobody. Default "dashboard". */
  readonly responder?: string;
  /** So many pages at once. Default 100, from 1 to 10,000. */
  readonly maxClients?: number;
  /** When alerts fire; what is left out is as by default. */
  readonly alerts?: AlertRules;
  /** Where changes of alerts are posted as JSON, http or https; a user and a password in it are sent as such. Default: nowhere. */
  readonly webhookUrl?: string;
  /** Signs what is posted: `attune-signature: sha256=` and the HMAC of `attune-timestamp`, a dot and the body. Default: unsigned. */
  readonly webhookSecret?: string;
  /** The folder of another web app than the built one. */
  readonly webRoot?: string;
  /** Default: warnings and errors to `console`. */
  readonly logger?: Logger;
}

export interface CheckedOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly publicUrls: readonly string[];
  readonly readOnly: boolean;
  readonly responder: string;
  readonly maxClients: number;
  readonly alerts: CheckedAlertRules;
  readonly webhook: { readonly url: URL; readonly secret: string | undefined } | undefined;
}

/** Throws `ATTUNE_ARGUMENT_INVALID`. */
export function checkOptions(options: DashboardOptions): CheckedOptions {
  const { host = "127.0.0.1", token, allowRemote = false, publicUrls = [] } = options;
  checkText("host", host, { min: 1, maxBytes: 256 });
  if (!isLoopback(host) && !(allowRemote && token !== undefined)) {
    throw invalid(
      "host",
      `To listen on ${JSON.stringify(host)} lets other machines in: that needs allowRemote (--allow-remote) and a token of yours (ATTUNE_DASHBOARD_TOKEN).`,
    );
  }
  if (token !== undefined && !/^[\w.~-]{16,512}$/.test(token)) {
    throw invalid("token", "The token has to be 16 to 512 characters of A-Z a-z 0-9 _ - . ~.");
  }
  return {
    host,
    port: checkInteger("port", options.port ?? 8000, 0, 65_535),
    token: token ?? randomToken(),
    publicUrls: publicUrls.map(originOf),
    readOnly: options.readOnly ?? false,
    responder: checkText("responder", options.responder ?? "dashboard", { min: 1, maxBytes: 256 }),
    maxClients: checkInteger("maxClients", options.maxClients ?? 100, 1, 10_000),
    alerts: parseAlertRules(options.alerts ?? {}),
    webhook: webhookOf(options),
  };
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function webhookOf({ webhookUrl, webhookSecret: secret }: DashboardOptions): CheckedOptions["webhook"] {
  if (secret !== undefined) checkText("webhookSecret", secret, { min: 1, maxBytes: 1024 });
  return webhookUrl === undefined ? undefined : { url: webhookUrlOf(webhookUrl), secret };
}

function originOf(url: string): string {
  try {
    const { protocol, origin } = new URL(url);
    if (protocol === "http:" || protocol === "https:") return origin;
  } catch {
    // told below
  }
  throw invalid("publicUrls", `${JSON.stringify(url)} is no http or https URL.`);
}

function invalid(argument: string, message: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", message, { details: { argument } });
}
