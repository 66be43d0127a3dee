import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { cellWidth } from "@attune-tools/terminal-text";
import { describe, expect, it } from "vitest";
import { Output } from "../../src/session/output.ts";
import { acting, hostile } from "../hostile-text.ts";

function outputOn({ isTTY, columns = 80 }: { readonly isTTY: boolean; readonly columns?: number }) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns });
  return {
    stream,
    output: new Output(stream, { color: false, signal: new AbortController().signal, onClosed: () => {} }),
  };
}

describe("fields", () => {
  it("stand below one another, whatever their names are made of; a very long one moves its own only", async () => {
    const { stream, output } = outputOn({ isTTY: false });
    const long = "a name that is longer than others may be";
    output.fields([
      { name: "id", value: "1" },
      { name: "模型", value: "2" },
      { name: "", value: "3" },
      { name: long, value: "4" },
    ]);
    await output.end();
    stream.end();
    const lines = (await text(stream)).trimEnd().split("\n");
    expect(lines).toEqual(["id    1", "模型  2", "      3", `${long} 4`]);
  });

  it("are cleaned", async () => {
    const { stream, output } = outputOn({ isTTY: false });
    output.fields([{ name: hostile, value: hostile, style: "red" }]);
    await output.end();
    stream.end();
    const printed = await text(stream);
    expect(printed).not.toMatch(acting);
    expect(printed.trimEnd()).not.toContain("\n");
  });
});

describe("rest", () => {
  it("is cut to the width at a terminal, and never to nothing", () => {
    const { output } = outputOn({ isTTY: true, columns: 50 });
    expect(cellWidth(output.rest("世".repeat(100), 20))).toBeLessThanOrEqual(30);
    expect(output.rest("x".repeat(100), 45)).toHaveLength(20);
  });

  it("is whole elsewhere, and clean in both places", () => {
    const { output } = outputOn({ isTTY: false });
    expect(output.rest("x".repeat(1000), 20)).toHaveLength(1000);
    for (const isTTY of [true, false])
      expect(outputOn({ isTTY }).output.rest(hostile, 10)).not.toMatch(acting);
  });
});
