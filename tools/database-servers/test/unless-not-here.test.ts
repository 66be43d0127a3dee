import { expect, it } from "vitest";
import { locate } from "../src/locate.ts";
import { NotHereError } from "../src/not-here-error.ts";
import { unlessNotHere } from "../src/unless-not-here.ts";

it("gives the server, or why there is none", async () => {
  expect(await unlessNotHere(async () => 1)).toBe(1);
  expect(await unlessNotHere(() => Promise.reject(new NotHereError("no such server")))).toBe(
    "no such server",
  );
});

it("lets a server that is there and does not start be a failure", async () => {
  await expect(unlessNotHere(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});

it("takes a program only if it answers as it should", async () => {
  const wanted = { name: "Node", program: "node", packages: [], paths: [], cache: "none", answers: /^v\d/ };
  const folder = process.execPath.replace(/\/node$/, "");
  expect(await locate({ ...wanted, folders: [folder] })).toMatchObject({ command: process.execPath });
});
