/** Appending as a feature does it, in short for tests. */
import { type AppendRequest, encodeJson, type Transport } from "@attune/transport";

/** A complete request: whatever the test does not care about is filled in. */
export function toRequest(
  eventType: string,
  value: unknown,
  more: Partial<AppendRequest> = {},
): AppendRequest {
  return {
    eventType,
    timestamp: "2026-01-02T03:04:05.678Z",
    data: encodeJson(value, { maxPayloadBytes: 2 ** 30, maxPayloadDepth: 100 }),
    source: "conformance",
    maxLength: 100_000,
    ...more,
  };
}

/** Appends values to one stream in one call, and gives their ids. */
export function publish(
  { streams }: Transport,
  eventType: string,
  values: readonly unknown[],
  more?: Partial<AppendRequest>,
): Promise<string[]> {
  return streams.append(values.map((value) => toRequest(eventType, value, more)));
}

/** The whole numbers from `first` to `last`. */
export function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
