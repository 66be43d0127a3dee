/** Whether an event holds a text: in its type, its source or its data, whatever the case of the letters. */
import type { StreamEvent } from "@attune/streams";
import type { JsonValue } from "@attune/transport";

export function eventSearch(text: string): (event: StreamEvent) => boolean {
  const wanted = text.toLowerCase();
  const holds = (one: string) => one.toLowerCase().includes(wanted);
  return (event) => {
    const { eventType, source, rawData } = event;
    if (holds(eventType) || holds(source) || holds(rawData)) return true;
    // As JSON writes them, some letters look otherwise: \u00fc, \".
    return rawData.includes("\\") && someText(event.data, holds);
  };
}

function someText(value: JsonValue, holds: (text: string) => boolean): boolean {
  if (typeof value === "string") return holds(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((one) => someText(one, holds));
  return Object.entries(value).some(([name, one]) => holds(name) || someText(one as JsonValue, holds));
}
