import { expect, it } from "vitest";
import { cellWidth, padded } from "../src/index.ts";

it("counts cells, not characters", () => {
  for (const text of ["", "abc", "世界", "😀", "e\u0301"]) {
    expect(cellWidth(padded(text, 6)), text).toBe(6);
    expect(padded(text, 6).trimEnd(), text).toBe(text);
  }
});

it("leaves what is wide enough", () => {
  expect(padded("世界地図", 8)).toBe("世界地図");
  expect(padded("世界地図", 3)).toBe("世界地図");
});
