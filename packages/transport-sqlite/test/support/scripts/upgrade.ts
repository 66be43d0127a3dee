/** Opens a file with given migrations, together with others who do the same, and prints what it found. */
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { machineTime } from "../../../src/file-clock.ts";
import { tryToOpen } from "../../../src/open-connection.ts";

export interface UpgradeArgument {
  readonly path: string;
  readonly migrations: readonly string[];
  /** Made once it is ready. */
  readonly ready: string;
  /** All begin once this file is there. */
  readonly go: string;
}

export interface UpgradeResult {
  readonly version: unknown;
  readonly error?: string;
}

const { path, migrations, ready, go } = JSON.parse(process.argv[2]!) as UpgradeArgument;
writeFileSync(ready, "");
while (!existsSync(go)) await pause(1);
console.log(JSON.stringify(await open()));

async function open(): Promise<UpgradeResult> {
  try {
    for (;;) {
      const options = { path, prefix: "p:", synchronous: "normal", machineTime, migrations } as const;
      const connection = tryToOpen(options);
      if (connection) {
        const version = connection.statement("PRAGMA user_version").get()?.user_version;
        connection.close();
        return { version };
      }
      await pause(1);
    }
  } catch (error) {
    return { version: undefined, error: String(error) };
  }
}
