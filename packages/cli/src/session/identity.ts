/** Who acts: whom an option names, else ATTUNE_AGENT, else somebody that the command knows. */
import { checkName } from "@attune/transport";
import type { Session } from "./session.ts";

export interface IdentityOptions {
  /** The option that may name somebody: its name, and what was said with it. */
  readonly option?: readonly [name: string, value: string | undefined];
  readonly fallback: () => string;
}

/** Throws for a name that nobody can have. */
export function identityOf({ surroundings }: Session, { option, fallback }: IdentityOptions): string {
  if (option?.[1] !== undefined) return checkName(option[0], option[1]);
  const { ATTUNE_AGENT } = surroundings.env;
  return ATTUNE_AGENT ? checkName("ATTUNE_AGENT", ATTUNE_AGENT) : fallback();
}
