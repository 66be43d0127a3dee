/** An event's id for a store that keeps its two parts as unsigned numbers of 64 bits. */
import { idParts } from "../id-parts.ts";

const max = 2n ** 64n - 1n;

export function whyOver64Bits(eventId: string): string | undefined {
  // Only long ones are looked at as numbers: there may be thousands of rows.
  if (eventId.length <= 20 || Object.values(idParts(eventId)).every((part) => part <= max)) return undefined;
  return `its event_id ${eventId} is larger than 64 bits`;
}
