/** Files that an agent wants to delete: what its request says of them, and the deleting of exactly those. */
import { copyFile, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { ownFiles } from "../own-files.ts";

/** The context of a request. */
export const fileList = z.object({
  folder: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number() })),
});
export type FileList = z.infer<typeof fileList>;

/** In the order of their names. */
export async function listFiles(folder: string): Promise<FileList> {
  const names = (await readdir(folder)).sort();
  const files = names.map(async (name) => ({ name, bytes: (await lstat(join(folder, name))).size }));
  return { folder, files: await Promise.all(files) };
}

/** Gives their names. Rejects, with nothing deleted, when the list has anything that is not in the folder as it says. */
export async function deleteFiles(folder: string, list: FileList): Promise<string[]> {
  const there = await listFiles(folder);
  const isThere = (wanted: FileList["files"][number]) =>
    there.files.some(({ name, bytes }) => name === wanted.name && bytes === wanted.bytes);
  if (list.folder !== folder || !list.files.every(isThere)) {
    throw new Error(`What was approved is not what lies in ${folder}.`);
  }
  await Promise.all(list.files.map(({ name }) => rm(join(folder, name))));
  return list.files.map(({ name }) => name);
}

/** Copies so many of our own files into each of the folders, which it makes. */
export async function copyOwnFiles(count: number, folders: readonly string[]): Promise<void> {
  const files = await ownFiles(count);
  for (const folder of folders) {
    await mkdir(folder);
    for (const { path, location } of files) await copyFile(location, join(folder, basename(path)));
  }
}
