/** From the loader's complaint to the packages that help. */
import { expect, test } from "vitest";
import { missingLibraries, packagesFor } from "../src/missing-libraries.ts";

const depends = [
  "libatomic1 (>= 4.8), libc6 (>= 2.34), libjemalloc2 (>= 5), liblzf1 | liblzf2, libssl3 (>= 3), adduser",
];

test("a library is found in the package of its name, never in libc", () => {
  expect(packagesFor(["liblzf.so.1"], depends)).toEqual(["liblzf1", "liblzf2"]);
  expect(packagesFor(["libatomic.so.1", "libjemalloc.so.2"], depends)).toEqual([
    "libatomic1",
    "libjemalloc2",
  ]);
});

test("where a name does not tell, every library package is taken", () => {
  const all = ["libatomic1", "libjemalloc2", "liblzf1", "liblzf2", "libssl3"];
  expect(packagesFor(["libcrypto.so.3"], depends)).toEqual(all);
});

test("fields with their names, as dpkg-deb gives two of them, are understood", () => {
  expect(packagesFor(["libz.so.1"], ["Depends: libz1:any (>= 1)\nPre-Depends: libq2\n"])).toEqual(["libz1"]);
});

test.runIf(process.platform === "linux")("a program that runs lacks nothing", async () => {
  expect(await missingLibraries(process.execPath, {})).toEqual([]);
});
