/** Errors: told apart by code, known across copies of the package, and documented one by one. */
import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { AttuneError, errorCatalogue, isStoreFailure } from "../src/index.ts";

const codes = Object.keys(errorCatalogue) as (keyof typeof errorCatalogue)[];

describe("AttuneError", () => {
  it("keeps its code, message, cause and details", () => {
    const cause = new Error("underneath");
    const error = new AttuneError("ATTUNE_STORE_REFUSED", "No.", { cause, details: { ids: [""] } });
    expect(error).toMatchObject({
      code: "ATTUNE_STORE_REFUSED",
      message: "No.",
      cause,
      details: { ids: [""] },
    });
    expect(error.name).toBe("AttuneError");
    expect(error).toBeInstanceOf(Error);
    expect("cause" in new AttuneError("ATTUNE_STORE_REFUSED", "No.")).toBe(false);
  });

  it("is known to another copy of the package, in both directions", async () => {
    vi.resetModules();
    const copy = await import("../src/errors.ts");
    expect(copy.AttuneError).not.toBe(AttuneError);
    expect(new copy.AttuneError("ATTUNE_URL_INVALID", "x")).toBeInstanceOf(AttuneError);
    const ours = new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "x");
    expect(ours).toBeInstanceOf(copy.AttuneError);
    expect(copy.isStoreFailure(ours)).toBe(true);
  });

  it.each([undefined, null, 1, "ATTUNE_URL_INVALID", {}, new Error("x"), { code: "ATTUNE_URL_INVALID" }])(
    "is not %s",
    (value) => expect(value instanceof AttuneError).toBe(false),
  );

  it("says which errors are the store's, and not the caller's", () => {
    const ofTheStore = codes.filter((code) => isStoreFailure(new AttuneError(code, "x")));
    expect(ofTheStore.sort()).toEqual(["ATTUNE_STORE_REFUSED", "ATTUNE_TRANSPORT_UNAVAILABLE"]);
  });
});

describe("docs/errors.md", () => {
  const sections = async () => {
    const text = await readFile(new URL("../../../docs/errors.md", import.meta.url), "utf8");
    const found = text.split(/^## /m).slice(1);
    return found.map((section) => [section.slice(0, section.indexOf("\n")).trim(), section] as const);
  };

  it("has a section for each code of the catalogue, and for nothing else", async () => {
    expect((await sections()).map(([heading]) => heading)).toEqual([...codes].sort());
  });

  it("tells each code's meaning and remedy in the catalogue's words", async () => {
    for (const [code, section] of await sections()) {
      const { meaning, remedy } = errorCatalogue[code as keyof typeof errorCatalogue];
      expect(section.replaceAll(/\s+/g, " ")).toContain(meaning);
      expect(section.replaceAll(/\s+/g, " ")).toContain(remedy);
    }
  });
});
