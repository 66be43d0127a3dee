/** Whether an event holds a text: in its type, its source or its data, whatever the case of the letters. */

export interface SearchedEvent {
  readonly eventType: string;
  readonly source: string;
  readonly data: unknown;
  /** The data as JSON text; left out: it is made where it has to be. */
  readonly rawData?: string;
}

export function eventSearch(text: string): (event: SearchedEvent) => boolean {
  const wanted = text.toLowerCase();
  const holds = (one: string) => one.toLowerCase().includes(wanted);
  return ({ eventType, source, data, rawData = data === undefined ? "" : JSON.stringify(data) }) => {
    if (holds(eventType) || holds(source) || holds(rawData)) return true;
    // As JSON writes them, some letters look otherwise: \u00fc, \".
    return rawData.includes("\\") && someText(data, holds);
  };
}

function someText(value: unknown, holds: (text: string) => boolean): boolean {
  if (typeof value === "string") return holds(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((one) => someText(one, holds));
  return Object.entries(value).some(([name, one]) => holds(name) || someText(one, holds));
}
