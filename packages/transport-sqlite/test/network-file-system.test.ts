/** Network file systems: known by their magic numbers, and refused. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { networkFileSystem } from "../src/database-file.ts";
import { open } from "./support/opened.ts";
import { expectRefused } from "./support/refused.ts";
import { scratchFolder } from "./support/scratch-folder.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** What the system says that every folder lies on; `undefined`: the truth. */
const told = vi.hoisted(() => ({ type: undefined as number | undefined }));

vi.mock("node:fs", async (importOriginal) => {
  const fs = await importOriginal<typeof import("node:fs")>();
  const statfsSync = (path: string) => {
    const found = fs.statfsSync(path);
    return told.type === undefined ? found : { ...found, type: told.type };
  };
  return { ...fs, statfsSync };
});

function sayEverythingLiesOn(type: number): void {
  told.type = type;
  onTestFinished(() => {
    told.type = undefined;
  });
}

describe("networkFileSystem", () => {
  it.each([
    // statfs(2), linux/magic.h
    ["NFS", 0x6969],
    ["SMB", 0x517b],
    ["CIFS", 0xff534d42],
    ["SMB2", 0xfe534d42],
    ["AFS", 0x5346414f],
    ["Coda", 0x73757245],
    ["Ceph", 0x00c36400],
    ["Lustre", 0x0bd00bd0],
    ["GFS2", 0x01161970],
    ["OCFS2", 0x7461636f],
  ])("knows %s", (name, type) => {
    expect(networkFileSystem(type)).toBe(name);
  });

  it.each([
    ["ext4", 0xef53],
    ["XFS", 0x58465342],
    ["Btrfs", 0x9123683e],
    ["tmpfs", 0x01021994],
    ["overlayfs", 0x794c7630],
    ["ZFS", 0x2fc12fc1],
    ["F2FS", 0xf2f52010],
    ["APFS", 0x1a],
    ["what cannot be told", 0],
  ])("takes %s for local", (_, type) => {
    expect(networkFileSystem(type)).toBeUndefined();
  });
});

describe("a file on a network file system", () => {
  const says = /network file system \(NFS\).*Redis: redis:/;

  it("is not made", async () => {
    sayEverythingLiesOn(0x6969);
    const path = join(scratchFolder(), "attune.db");
    await expectRefused(path, { code: "ATTUNE_FILE_ON_NETWORK", says });
    expect(existsSync(path)).toBe(false);
  });

  it("is not opened", async () => {
    const path = join(scratchFolder(), "attune.db");
    await (await open({ path })).transport.close();
    sayEverythingLiesOn(0x6969);
    await expectRefused(path, { code: "ATTUNE_FILE_ON_NETWORK", says });
  });
});
