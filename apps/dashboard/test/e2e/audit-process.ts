/** The flagship demonstration as a person runs it who wants to approve its report elsewhere. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../../../..");

export interface AuditProcess {
  /** Where its report goes once it is approved. */
  readonly report: string;
  /** Its exit code, and what it printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly printed: string }>;
}

export async function startAudit(storeUrl: string): Promise<AuditProcess> {
  const folder = await mkdtemp(join(tmpdir(), "attune-audit-"));
  const report = join(folder, "audit.md");
  const tree = join(root, "packages/feedback/src");
  const child = spawn(
    process.execPath,
    [
      ...["--conditions=@attune/source", "--disable-warning=ExperimentalWarning"],
      join(root, "apps/demo/src/main.ts"),
      ...["--elsewhere", "--url", storeUrl, "--path", tree, "--report", report],
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  const ended = Promise.all([once(child, "exit"), text(child.stdout)]).then(([[code], printed]) => ({
    code: code as number | null,
    printed,
  }));
  return { report, ended };
}
