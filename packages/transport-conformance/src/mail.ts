/** Posting and taking as a feature does it, in short for tests: messages are told apart by their bodies. */
import {
  type MessageSelector,
  type PostOutcome,
  type PostRequest,
  randomToken,
  type TakeRequest,
  type Transport,
  type Wanted,
} from "@attune/transport";
import { expect } from "vitest";

/** A complete request: whatever the test does not care about is filled in. */
export function toPost(more: Partial<PostRequest> = {}): PostRequest {
  return {
    id: randomToken(),
    target: "a",
    type: "t",
    source: "s",
    body: "",
    ttlMs: 60_000,
    maxPending: 100_000,
    ...more,
  };
}

/** Posts one message, whatever comes of it. */
export function postOne({ mailboxes }: Transport, more?: Partial<PostRequest>): Promise<PostOutcome> {
  return mailboxes.post(toPost(more));
}

/** Posts a message for each body, one after the other; each has to be posted. */
export async function post(
  transport: Transport,
  bodies: readonly (string | number)[],
  more?: Partial<PostRequest>,
): Promise<void> {
  for (const body of bodies) {
    expect(await postOne(transport, { ...more, body: String(body) })).toBe("posted");
  }
}

/** The first messages of any kind. */
export const first = (count: number): Wanted => ({ anyOf: [{}], count });

export function toTake(agent: string, more: Partial<TakeRequest> = {}): TakeRequest {
  return { agent, wanted: first(1), receipt: randomToken(), ...more };
}

/** Takes with a receipt of its own, and gives the bodies. */
export async function take(
  { mailboxes }: Transport,
  agent: string,
  wanted: Wanted = first(1),
): Promise<string[]> {
  return bodiesOf(await mailboxes.take(toTake(agent, { wanted })));
}

/** The bodies of what is pending for an agent. */
export async function pending(
  { mailboxes }: Transport,
  agent: string,
  selector: MessageSelector = {},
): Promise<string[]> {
  return bodiesOf(await mailboxes.list({ agent, selector, count: 100_000 }));
}

export function bodiesOf(messages: readonly { readonly body: string }[]): string[] {
  return messages.map(({ body }) => body);
}
