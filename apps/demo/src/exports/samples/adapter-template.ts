/** What a new adapter begins with: a file that is written by this one. */

export function adapterSource(name: string): string {
  return `/** The adapter of ${name}. */
import { open } from "./connection.ts";

export const scheme = "${name.toLowerCase()}:";

export class ${name}Adapter {
  readonly scheme = scheme;
}

export function createAdapter(url: string) {
  return open(url, () => new ${name}Adapter());
}

export default createAdapter;
`;
}
