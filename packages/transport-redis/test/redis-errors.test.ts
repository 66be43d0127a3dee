/** From ioredis's errors to ours. */
import { AttuneError } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { replyCode, toAttuneError } from "../src/redis-errors.ts";

const location = "redis://127.0.0.1:6379";

/** An error as ioredis makes it of an error reply. */
function replyError(message: string): Error {
  const error = new Error(message);
  error.name = "ReplyError";
  return error;
}

describe("replyCode", () => {
  it("is the first word of an error reply", () => {
    expect(replyCode(replyError("WRONGTYPE Operation against a key"))).toBe("WRONGTYPE");
    expect(replyCode(replyError("NOSCRIPT No matching script."))).toBe("NOSCRIPT");
  });

  it("is ERR for a reply that begins with no such word", () => {
    expect(replyCode(replyError("something odd"))).toBe("ERR");
    expect(replyCode(replyError(""))).toBe("ERR");
  });

  it("is undefined for what is no reply of the server", () => {
    expect(replyCode(new Error("READONLY looks like one"))).toBeUndefined();
    expect(replyCode("ERR")).toBeUndefined();
    expect(replyCode(undefined)).toBeUndefined();
  });
});

describe("toAttuneError", () => {
  it.each([
    "LOADING Redis is loading the dataset in memory",
    "READONLY You can't write against a read only replica.",
    "MASTERDOWN Link with MASTER is down",
    "CLUSTERDOWN The cluster is down",
    "TRYAGAIN Multiple keys request during rehashing of slot",
    "BUSY Redis is busy running a script.",
    "UNBLOCKED client unblocked via CLIENT UNBLOCK",
  ])("%s: the store is away for now", (message) => {
    const cause = replyError(message);
    const error = toAttuneError(cause, location);
    expect(error).toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    expect(error.cause).toBe(cause);
    expect(error.message).toContain(location);
    expect(error.message).toContain(message);
  });

  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", "OOM"],
    ["NOPERM this user has no permissions", "NOPERM"],
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "WRONGTYPE"],
    ["MISCONF Redis is configured to save RDB snapshots", "MISCONF"],
    ["NOAUTH Authentication required.", "NOAUTH"],
    ["WRONGPASS invalid username-password pair or user is disabled.", "WRONGPASS"],
    ["ERR unknown command 'XADD'", "ERR"],
  ])("%s: the store refused, and says so in its own words", (message, reply) => {
    const error = toAttuneError(replyError(message), location);
    expect(error).toMatchObject({ code: "ATTUNE_STORE_REFUSED", details: { reply } });
    expect(error.message).toContain(message);
    expect(error.message).toContain(location);
  });

  it.each([
    new Error("connect ECONNREFUSED 127.0.0.1:6379"),
    new Error("Connection is closed."),
    new Error("READONLY in an error that is no reply"),
    "a text",
    undefined,
  ])("%s: whatever is no reply means that the store is away", (cause) => {
    expect(toAttuneError(cause, location)).toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
  });

  it("an error of ours stays the same object", () => {
    const error = new AttuneError("ATTUNE_TRANSPORT_CLOSED", "closed");
    expect(toAttuneError(error, location)).toBe(error);
  });
});
