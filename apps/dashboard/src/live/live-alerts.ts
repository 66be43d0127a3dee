/** What somebody should look at: the rules are looked at each second, changes are shown and posted. */
import { AlertBook } from "../alerts/alert-book.ts";
import type { CheckedAlertRules } from "../alerts/alert-rules.ts";
import type { Known } from "../alerts/conditions.ts";
import type { Webhook } from "../alerts/webhook.ts";
import type { Parts } from "../protocol/messages.ts";
import type { AlertJson } from "../protocol/records.ts";
import type { Feed } from "./feed.ts";
import type { Section } from "./section.ts";

export interface LiveAlertsOptions {
  readonly rules: CheckedAlertRules;
  readonly feed: Feed;
  /** What the other sections know now; `undefined`: not enough yet. */
  readonly known: () => Known | undefined;
  readonly webhook: Webhook | undefined;
  readonly pace?: number | undefined;
}

const intervalMs = 1000;

export class LiveAlerts implements Section {
  readonly #options: LiveAlertsOptions;
  readonly #book: AlertBook;
  readonly #timer: NodeJS.Timeout;
  #all: readonly AlertJson[] = [];
  #told = "[]";

  constructor(options: LiveAlertsOptions) {
    this.#options = options;
    this.#book = new AlertBook(options.rules);
    this.#timer = setInterval(() => this.#look(), intervalMs / (options.pace ?? 1));
  }

  /** Those that fire first, then those that are over: of the last hour, at most 200. */
  get all(): readonly AlertJson[] {
    return this.#all;
  }

  /** Those in force. */
  get rules(): CheckedAlertRules {
    return this.#options.rules;
  }

  get firing(): readonly AlertJson[] {
    return this.#all.filter(({ resolved_at }) => resolved_at === null);
  }

  snapshot(): Parts {
    return { alerts: this.#all };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#options.webhook?.close();
  }

  #look(): void {
    const { known, webhook, feed } = this.#options;
    const now = known();
    if (!now) return;
    for (const change of this.#book.look(now, performance.now())) webhook?.post(change);
    const all = this.#book.all;
    const text = JSON.stringify(all);
    if (text === this.#told) return;
    this.#told = text;
    this.#all = all;
    feed.add({ alerts: all });
  }
}
