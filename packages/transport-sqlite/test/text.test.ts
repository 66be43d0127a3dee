/** Texts as they are stored: none holds a NUL, no two are stored alike, and every one comes back. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { fromText, toText } from "../src/text.ts";
import { open, toPost, toPut, toRequest, valuesIn } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import { lookAt } from "./support/tables-of.ts";

/** Every text of up to so many of the characters that mean something, and of some that do not. */
function textsOf(characters: readonly string[], longest: number): string[] {
  let texts = [""];
  const all = [""];
  for (let length = 1; length <= longest; length++) {
    texts = texts.flatMap((text) => characters.map((character) => text + character));
    all.push(...texts);
  }
  return all;
}

const texts = textsOf(["\0", "\u0001", "0", "1", "a"], 6);

describe("texts", () => {
  it("every combination of NUL, the escape and its digits comes back as it was", () => {
    expect(texts.length).toBe((5 ** 7 - 1) / 4);
    expect(texts.filter((text) => toText(fromText(text)) !== text)).toEqual([]);
  });

  it("none is stored with a NUL, and no two alike", () => {
    const stored = texts.map(fromText);
    expect(stored.filter((text) => text.includes("\0"))).toEqual([]);
    expect(new Set(stored).size).toBe(texts.length);
  });

  it("one without either is stored as it is", () => {
    for (const text of ["", "plain", "0", "1", "\u0002", "ünïcödé 💥", "\n\t\\u0000", "\uffff"]) {
      expect(fromText(text)).toBe(text);
      expect(toText(text)).toBe(text);
    }
  });

  it("what SQLite gives back is what it was given", () => {
    const db = new DatabaseSync(":memory:");
    db.exec("CREATE TABLE t (stored TEXT PRIMARY KEY) STRICT");
    const insert = db.prepare("INSERT INTO t VALUES (?)");
    const some = textsOf(["\0", "\u0001", "0", "1", "é"], 4);
    for (const text of some) insert.run(fromText(text));
    const rows = db.prepare("SELECT stored FROM t ORDER BY rowid").all();
    expect(rows.map(({ stored }) => toText(stored))).toEqual(some);
    db.close();
  });
});

describe("names with NUL", () => {
  const odd = ["\0", "a\0", "\0a", "a\0b", "\u0001", "\u00010", "\u00011", "\u0001\0", "\0\u0001", "a", "0"];

  it("are told apart, and come back, in streams, mailboxes and records", async () => {
    const path = join(scratchFolder(), "attune.db");
    const { transport } = await open({ path });
    const { streams, mailboxes, records } = transport;
    for (const [n, name] of odd.entries()) {
      await streams.append([toRequest(name, name, { source: name, idempotencyKey: name })]);
      await mailboxes.post(toPost(`m${n}`, { target: name, type: name, source: name, body: name }));
      await records.put(toPut(name, { value: name }));
    }
    expect((await streams.list({ thorough: true })).sort()).toEqual([...odd].sort());
    const { records: found } = await records.list({ bucket: "b", from: null, count: 100 });
    expect(found.map(({ key, value }) => [key, value])).toEqual(odd.map((name) => [name, name]));
    for (const [n, name] of odd.entries()) {
      expect(await streams.range({ eventType: name, count: 10, newestFirst: false })).toMatchObject([
        { eventType: name, data: JSON.stringify(name), source: name },
      ]);
      const message = { id: `m${n}`, target: name, type: name, source: name, body: name };
      const selector = { type: name, source: name };
      expect(await mailboxes.list({ agent: name, selector, count: 10 })).toEqual([message]);
      expect(await records.get("b", [name])).toMatchObject([{ key: name, value: name }]);
    }
    lookAt(path, (db) => {
      const holdsNul = (column: string) => `instr(${column}, char(0)) > 0`;
      for (const [table, columns] of [
        ["stream", ["type"]],
        ["entry", ["data", "source"]],
        ["idempotency_key", ["key"]],
        ["message", ["target", "type", "source", "body"]],
        ["record", ["key", "value"]],
      ] as const) {
        const nul = columns.map(holdsNul).join(" OR ");
        const found = db.prepare(
          `SELECT count(*) AS rows, count(*) FILTER (WHERE ${nul}) AS nul FROM ${table}`,
        );
        expect(found.get()).toEqual({ rows: odd.length, nul: 0 });
      }
    });
  });

  it("prefixes that differ only after one do not see each other", async () => {
    const path = join(scratchFolder(), "attune.db");
    const prefixes = ["p\0a", "p\0b", "p", "p\u00010a"];
    for (const prefix of prefixes) {
      const { transport } = await open({ path, prefix });
      await transport.streams.append([toRequest("t", prefix)]);
      await transport.close();
    }
    for (const prefix of prefixes) {
      const { transport } = await open({ path, prefix });
      expect(await valuesIn(transport, "t")).toEqual([prefix]);
    }
  });
});
