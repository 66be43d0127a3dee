/** The alerts that go on. */
import type { AlertJson } from "../../../src/protocol/records.ts";

export function firing(alerts: readonly AlertJson[]): readonly AlertJson[] {
  return alerts.filter(({ resolved_at }) => resolved_at === null);
}
