/** Options that name several agents. */
import { checkName } from "@attune/transport";

/** Of `--from a,b,c`, or of the option said again and again; each once. */
export function agentIdsIn(option: string, values: readonly string[]): string[] {
  const ids = values.flatMap((value) => value.split(",")).map((id) => checkName(option, id.trim()));
  return [...new Set(ids)];
}
