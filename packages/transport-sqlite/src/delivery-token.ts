/** Tokens of deliveries: which entry, and a number drawn for the call that delivered it, which the entry's row knows. */
import { randomInt } from "node:crypto";
import { largestNumber } from "./run-of-rows.ts";

interface DeliveryToken {
  readonly ordinal: number;
  readonly drawn: number;
}

const pattern = /^(\d{1,13})\.([0-9a-z]{1,10})$/;

/** Drawn, not counted: a file that was put back from a copy would count again what it has counted before. */
export function drawToken(): number {
  return randomInt(1, 2 ** 48 - 1);
}

export function toToken({ ordinal, drawn }: DeliveryToken): string {
  return `${ordinal}.${drawn.toString(36)}`;
}

/** `undefined` for what is no token of ours. */
export function readToken(token: string): DeliveryToken | undefined {
  const [, ordinal, drawn] = pattern.exec(token) ?? [];
  if (ordinal === undefined || drawn === undefined || Number(ordinal) > largestNumber) return undefined;
  return { ordinal: Number(ordinal), drawn: Number.parseInt(drawn, 36) };
}
