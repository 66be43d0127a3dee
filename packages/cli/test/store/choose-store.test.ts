import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chooseStore } from "../../src/store/choose-store.ts";
import { newFolder } from "../in-folder.ts";

const env = { ATTUNE_URL: "redis://env" };

async function withConfig(config: object) {
  const folder = await newFolder();
  await writeFile(join(folder, "attune.config.json"), JSON.stringify(config));
  return folder;
}

it("takes --url before ATTUNE_URL, that before the configuration, and that before the file", async () => {
  const folder = await withConfig({ url: "redis://config" });
  const url = "redis://word";
  expect(await chooseStore({ url }, env, folder)).toMatchObject({ url, chosenBy: "--url" });
  expect(await chooseStore({}, env, folder)).toMatchObject({ url: "redis://env", chosenBy: "ATTUNE_URL" });
  expect(await chooseStore({}, { ATTUNE_URL: "" }, folder)).toEqual({
    url: "redis://config",
    prefix: undefined,
    chosenBy: "attune.config.json",
    file: undefined,
  });
  const bare = await newFolder();
  const file = join(bare, ".attune/attune.db");
  expect(await chooseStore({}, {}, bare)).toEqual({
    url: `sqlite:${file}`,
    prefix: undefined,
    chosenBy: "default",
    file,
  });
});

it("takes the nearest configuration above the folder; a file in it is relative to that, one of --url to the folder", async () => {
  const top = await withConfig({ url: "sqlite:fleet.db" });
  const folder = join(top, "a/b");
  await mkdir(folder, { recursive: true });
  expect(await chooseStore({}, {}, folder)).toMatchObject({ file: join(top, "fleet.db") });
  expect(await chooseStore({ url: "sqlite:fleet.db" }, {}, folder)).toMatchObject({
    file: join(folder, "fleet.db"),
  });
});

it("keeps what follows the path of a file, and leaves an absolute path and other URLs as they are", async () => {
  const folder = await newFolder();
  const chosen = async (url: string) => {
    const store = await chooseStore({ url }, {}, folder);
    return [store.url, store.file];
  };
  expect(await chosen("sqlite:f.db?x=1")).toEqual([`sqlite:${folder}/f.db?x=1`, `${folder}/f.db`]);
  expect(await chosen("sqlite:/var/f.db")).toEqual(["sqlite:/var/f.db", "/var/f.db"]);
  expect(await chosen("sqlite:///var/f.db")).toEqual(["sqlite:/var/f.db", "/var/f.db"]);
  for (const url of ["redis://h:1/2", "memory:", "sqlite:", "nonsense"]) {
    expect(await chosen(url)).toEqual([url, undefined]);
  }
});

it("takes --prefix before the configuration's, which counts whoever names the store", async () => {
  const folder = await withConfig({ prefix: "staging:" });
  const prefixes = [
    (await chooseStore({}, {}, folder)).prefix,
    (await chooseStore({}, env, folder)).prefix,
    (await chooseStore({ url: "redis://word" }, {}, folder)).prefix,
    (await chooseStore({ prefix: "mine:" }, env, folder)).prefix,
  ];
  expect(prefixes).toEqual(["staging:", "staging:", "staging:", "mine:"]);
});
