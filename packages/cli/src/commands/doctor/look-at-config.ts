/** Whether there is a configuration file, and whether it can be read. */
import { join } from "node:path";
import type { Finding } from "@attune/transport";
import { CliError } from "../../exit-code.ts";
import { findConfig } from "../../store/config-file.ts";
import { shownUrl } from "../../store/shown-url.ts";

export async function lookAtConfig(folder: string): Promise<Finding> {
  const check = "configuration";
  try {
    const config = await findConfig(folder);
    if (!config) return { check, outcome: "ok", found: "no attune.config.ts or .json: none is needed" };
    const url = config.url === undefined ? "without a url" : shownUrl(config.url);
    return { check, outcome: "ok", found: `${join(config.folder, config.name)}: ${url}` };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const remedy = error.advice[0] ?? 'Mend the file: { "url": "redis://127.0.0.1:6379" }';
    return { check, outcome: "problem", found: error.message, remedy };
  }
}
