import { AttuneError, type ErrorCode, errorCatalogue } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { CliError, exitCode, exitCodeOf, notFound, usageError } from "../src/exit-code.ts";

const codeOf = (code: ErrorCode) => exitCodeOf(new AttuneError(code, "x"));

describe("exitCodeOf", () => {
  it("is what an error of the command says itself", () => {
    expect(exitCodeOf(usageError("x"))).toBe(2);
    expect(exitCodeOf(notFound("x"))).toBe(4);
    expect(exitCodeOf(new CliError(exitCode.timedOut, "x"))).toBe(124);
  });

  it("is 2 for what was given wrongly, 3 for a store or a sink that cannot be used", () => {
    for (const code of [
      "ATTUNE_ARGUMENT_INVALID",
      "ATTUNE_URL_INVALID",
      "ATTUNE_PAYLOAD_TOO_LARGE",
    ] as const) {
      expect(codeOf(code), code).toBe(2);
    }
    const away = ["ATTUNE_TRANSPORT_UNAVAILABLE", "ATTUNE_STORE_REFUSED", "ATTUNE_SINK_UNAVAILABLE"] as const;
    for (const code of away) expect(codeOf(code), code).toBe(3);
  });

  it("is one of 1, 2 and 3 for every error of the catalogue, and 1 for all else", () => {
    for (const code of Object.keys(errorCatalogue) as ErrorCode[])
      expect([1, 2, 3], code).toContain(codeOf(code));
    expect(codeOf("ATTUNE_HEARTBEAT_STATE")).toBe(1);
    for (const thrown of [new Error("x"), new TypeError("x"), "x", undefined])
      expect(exitCodeOf(thrown)).toBe(1);
  });
});

it("the errors of the command carry their advice, one sentence a line", () => {
  expect(usageError("x", "first", "second")).toMatchObject({ message: "x", advice: ["first", "second"] });
  expect(notFound("x").advice).toEqual([]);
});
