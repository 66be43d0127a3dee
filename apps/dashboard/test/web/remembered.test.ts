import { afterEach, expect, test, vi } from "vitest";
import { remember, remembered } from "../../web/src/ui/remembered.ts";
import {
  rememberedResponder,
  rememberResponder,
} from "../../web/src/views/approvals/remembered-responder.ts";
import { rememberedThreshold, rememberThreshold } from "../../web/src/views/quality/remembered-threshold.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("what is remembered is there again", () => {
  const values = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => values.set(key, value),
  });
  expect(remembered("k")).toBeNull();
  remember("k", "v");
  expect(remembered("k")).toBe("v");
  rememberResponder("ann");
  rememberThreshold(0.8);
  expect([rememberedResponder("x"), rememberedThreshold()]).toEqual(["ann", 0.8]);
});

test.each([
  ["is not there", undefined],
  [
    "is full or forbidden",
    {
      getItem: () => {
        throw new Error("SecurityError");
      },
      setItem: () => {
        throw new Error("QuotaExceededError");
      },
    },
  ],
])("where storage %s everything is as by default", (_, storage) => {
  vi.stubGlobal("localStorage", storage);
  rememberResponder("ann");
  rememberThreshold(0.8);
  expect([rememberedResponder("dashboard"), rememberedThreshold()]).toEqual(["dashboard", 0.7]);
});
