/** Posts what became of alerts to somebody else's server: one after the other, again where it has to be, never for long. */
import { createHmac } from "node:crypto";
import { AttuneError, type Logger } from "@attune/transport";
import type { HealthJson } from "../protocol/records.ts";
import type { AlertChange } from "./alert-book.ts";

export interface WebhookOptions {
  readonly url: URL;
  /** Signs what is posted. */
  readonly secret: string | undefined;
  readonly version: string;
  /** Which store it is about, without passwords. */
  readonly location: string;
  readonly logger: Logger;
  /** Before the second attempt; each further one takes twice as long. Default 1000. */
  readonly pauseMs?: number;
}

const attempts = 6;
const timeoutMs = 5000;
const longestPauseMs = 60_000;
const mostWaiting = 1000;
/** At the end what waits may still go out for so long. */
const lastWordsMs = 1500;

interface Posted {
  readonly key: string;
  readonly body: string;
}

export class Webhook {
  readonly #options: WebhookOptions;
  readonly #target: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #queue: Posted[] = [];
  /** From here on nothing is tried again. */
  readonly #ending = new AbortController();
  /** From here on nothing is waited for. */
  readonly #ended = new AbortController();
  #posting: Promise<void> | undefined;
  #delivered = 0;
  #failed = 0;

  constructor(options: WebhookOptions) {
    this.#options = options;
    const { username, password } = options.url;
    this.#target = new URL(options.url);
    this.#target.username = "";
    this.#target.password = "";
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#headers = {
      "content-type": "application/json",
      "user-agent": `attune-dashboard/${options.version}`,
      ...(user === ":" ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` }),
    };
  }

  get counts(): NonNullable<HealthJson["webhook"]> {
    return { delivered: this.#delivered, failed: this.#failed, waiting: this.#queue.length };
  }

  post({ state, change, alert }: AlertChange): void {
    if (this.#ending.signal.aborted) return;
    // The oldest one, but for that which is on its way.
    if (this.#queue.length >= mostWaiting) {
      this.#queue.splice(1, 1);
      this.#failed += 1;
    }
    const { location } = this.#options;
    this.#queue.push({
      key: `${alert.alert_id}-${change}`,
      body: JSON.stringify({ state, change, alert, store: location }),
    });
    this.#posting ??= this.#run();
  }

  /** Within two seconds. */
  async close(): Promise<void> {
    this.#ending.abort();
    const timer = setTimeout(() => this.#ended.abort(), lastWordsMs);
    await this.#posting;
    clearTimeout(timer);
    this.#ended.abort();
  }

  async #run(): Promise<void> {
    for (let posted = this.#queue[0]; posted; posted = this.#queue[0]) {
      if (await this.#deliver(posted)) this.#delivered += 1;
      else this.#failed += 1;
      this.#queue.shift();
    }
    this.#posting = undefined;
  }

  async #deliver(posted: Posted): Promise<boolean> {
    const { logger, pauseMs = 1000 } = this.#options;
    let answer: Answer = { why: "the dashboard ended", again: true };
    for (let attempt = 1; !this.#ended.signal.aborted; attempt++) {
      answer = await this.#send(posted);
      if (answer === "taken") return true;
      if (!answer.again || attempt === attempts || this.#ending.signal.aborted) break;
      // Not all who wait for the same server come again at once.
      const pause = pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      await this.#pause(Math.min(longestPauseMs, Math.max(pause, answer.afterMs ?? 0)));
    }
    // Its path and query are often secrets.
    logger.warn(`attune: an alert could not be posted to ${this.#target.origin}: ${answer.why}`);
    return false;
  }

  async #send({ key, body }: Posted): Promise<Answer> {
    const { secret } = this.#options;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = secret && createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
    const over = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#ended.signal]);
    try {
      const response = await fetch(this.#target, {
        method: "POST",
        redirect: "manual",
        body,
        headers: {
          ...this.#headers,
          "idempotency-key": key,
          "attune-timestamp": timestamp,
          ...(signature ? { "attune-signature": `sha256=${signature}` } : {}),
        },
        signal: over,
      });
      // Whatever it says, and however long: the status tells all.
      await response.body?.cancel();
      if (response.ok) return "taken";
      const { status } = response;
      const again = status === 408 || status === 425 || status === 429 || status >= 500;
      return { why: `it answered ${status}`, again, afterMs: retryAfterMs(response) };
    } catch (error) {
      const { cause, message } = error as Error;
      return { why: cause instanceof Error ? cause.message : message, again: true };
    }
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#ending;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", over);
        resolve();
      };
      const timer = setTimeout(over, ms);
      signal.addEventListener("abort", over);
    });
  }
}

type Answer =
  | "taken"
  | { readonly why: string; readonly again: boolean; readonly afterMs?: number | undefined };

/** Seconds, or a date. */
function retryAfterMs({ headers }: Response): number | undefined {
  const told = headers.get("retry-after");
  if (told === null) return undefined;
  const ms = /^\d+$/.test(told) ? Number(told) * 1000 : Date.parse(told) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Throws `ATTUNE_ARGUMENT_INVALID` for what is no http or https URL. */
export function webhookUrlOf(text: string): URL {
  const url = URL.parse(text);
  if (url && (url.protocol === "http:" || url.protocol === "https:") && hasReadableUser(url)) return url;
  // What was meant as one may hold a secret.
  throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "The webhookUrl has to be an http or https URL.", {
    details: { argument: "webhookUrl" },
  });
}

function hasReadableUser({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
