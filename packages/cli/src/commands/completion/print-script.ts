/** `attune completion`. */
import type { Session } from "../../session/session.ts";
import { bashScript } from "./bash-script.ts";
import { fishScript } from "./fish-script.ts";
import { zshScript } from "./zsh-script.ts";

const scripts: Readonly<Record<string, string>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

export async function printScript(
  { stdout }: Session,
  _options: object,
  [shell]: readonly string[],
): Promise<void> {
  stdout.line(scripts[shell!]!.trimEnd());
}
