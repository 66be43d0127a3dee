import { expect, it } from "vitest";
import { bytesText } from "../../src/text/bytes.ts";

it("bytesText tells a size with two digits or more, in the largest unit that is full", () => {
  const sizes: [bytes: number, text: string][] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [10 * 1024, "10 KiB"],
    [23 * 1024 ** 2, "23 MiB"],
    [1.5 * 1024 ** 3, "1.5 GiB"],
    [2 * 1024 ** 4, "2.0 TiB"],
    [5000 * 1024 ** 4, "5000 TiB"],
  ];
  for (const [bytes, text] of sizes) expect(bytesText(bytes), String(bytes)).toBe(text);
});

it("bytesText never says 1024 of a unit, nor 10.0", () => {
  expect(bytesText(1024 ** 2 - 1)).toBe("1.0 MiB");
  expect(bytesText(10 * 1024 - 1)).toBe("10 KiB");
});
