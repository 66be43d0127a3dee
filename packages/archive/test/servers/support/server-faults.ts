/** A sink whose server is killed, away, ended in order or silent while it writes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseServer } from "@attune-tools/database-servers";
import { expect, it } from "vitest";
import type { Sink } from "../../../src/index.ts";
import { Archiving } from "./archiving.ts";

export interface FaultyStore {
  readonly server: DatabaseServer;
  /** A sink on that server. Closed when the test ends. */
  opened(options?: { readonly timeoutMs: number }): Promise<Sink>;
  /**
   * Expects, past the sink, so many rows, each of them once. `afterSilence`: a call that was sent, and then given up, may have been
   * carried out late.
   */
  expectKept(kept: number, afterSilence: boolean): Promise<void>;
}

export function serverFaults({ server, opened, expectKept }: FaultyStore): void {
  /** Goes on after each fault; resolves with what came of it. */
  async function archiveThrough(
    faults: readonly ((archiving: Archiving) => Promise<void>)[],
    options?: { readonly timeoutMs: number },
  ): Promise<Archiving> {
    const archiving = new Archiving(await opened(options));
    for (const fault of faults) {
      await archiving.more(500);
      await fault(archiving);
    }
    await archiving.more(500);
    await archiving.end();
    return archiving;
  }

  it("keeps each row once while the server is killed six times", async () => {
    const kill = async () => {
      await server.kill();
      await server.start();
    };
    const { kept, failures } = await archiveThrough(Array(6).fill(kill));
    expect(failures).toBeGreaterThan(5);
    await expectKept(kept, false);
  });

  it("goes on by itself when the server was away for three seconds, and then ended in order twice", async () => {
    const away = async () => {
      await server.kill();
      await sleep(3000);
      await server.start();
    };
    const restart = () => server.restart();
    const { kept, reasons } = await archiveThrough([away, restart, restart]);
    expect([...reasons].join("\n")).toContain("ECONNREFUSED");
    await expectKept(kept, false);
  });

  it("gives up on a server that does not answer, and keeps each row once when it does again", async () => {
    const silence = async (archiving: Archiving) => {
      const { failures } = archiving;
      server.pause();
      while (archiving.failures < failures + 2) await sleep(5);
      server.resume();
    };
    const { kept } = await archiveThrough(Array(4).fill(silence), { timeoutMs: 300 });
    await expectKept(kept, true);
  });
}
