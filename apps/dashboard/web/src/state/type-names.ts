/**
 * Names of event types for people. Ratings are published as `feedback:<hash of workflow and stage>:<tier>`: whose they are is
 * learned from their data, and from the stages that are rated.
 */
import type { EventJson, StageJson } from "../../../src/protocol/records.ts";

const prefix = "feedback:";

/** In a filter: all types of ratings. As the name of a stream it could not be. */
export const anyFeedback = prefix;

export function isFeedback(type: string): boolean {
  return type.startsWith(prefix);
}

/** Of more stages none are remembered. */
const mostNames = 5000;

export class TypeNames {
  readonly #names = new Map<string, string>();
  /** Stages that were looked at. */
  readonly #stages = new Set<string>();

  /** As it is to be shown. */
  of(type: string): string {
    return this.#names.get(type) ?? (isFeedback(type) ? shortened(type) : type);
  }

  ofEvent(event: EventJson): string {
    this.learn([event]);
    return this.of(event.event_type);
  }

  learn(events: readonly EventJson[]): void {
    for (const { event_type, data } of events) {
      if (!isFeedback(event_type) || this.#names.has(event_type)) continue;
      if (typeof data !== "object" || data === null) continue;
      const { workflow_name, stage_name } = data as { readonly [name: string]: unknown };
      if (typeof workflow_name !== "string" || typeof stage_name !== "string") continue;
      this.#remember(event_type, { workflow_name, stage_name });
    }
  }

  /** Browsers compute hashes in secure contexts only, 127.0.0.1 is one: elsewhere names come with events alone. */
  async learnStages(stages: readonly StageJson[]): Promise<void> {
    if (!globalThis.crypto?.subtle) return;
    for (const { workflow_name, stage_name, tier } of stages) {
      const key = JSON.stringify([workflow_name, stage_name]);
      if (this.#stages.has(`${key} ${tier}`) || this.#stages.size >= mostNames) continue;
      this.#stages.add(`${key} ${tier}`);
      this.#remember(`${prefix}${await hashOf(key)}:${tier}`, { workflow_name, stage_name });
    }
  }

  #remember(type: string, stage: Pick<StageJson, "workflow_name" | "stage_name">): void {
    if (this.#names.size >= mostNames) return;
    this.#names.set(type, `feedback · ${stage.workflow_name} / ${stage.stage_name} · ${tierOf(type)}`);
  }
}

/** As `@attune/feedback` names its streams. */
async function hashOf(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  const base64 = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);
}

function shortened(type: string): string {
  const [, hash = "", tier = ""] = type.split(":");
  return `feedback · ${hash.slice(0, 6)}…${tier === "" ? "" : ` · ${tier}`}`;
}

function tierOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}
