import { defaultLogger } from "@attune/transport";
import { expect, it, vi } from "vitest";

it("the default logger lets nothing act on a terminal", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  defaultLogger.warn("gave up: \u001b[2J\u009b31m\u202edeceived\r\n\tat a.ts");
  defaultLogger.error("naïve 漢字 🙂");
  expect(warn).toHaveBeenCalledWith("gave up: \\u001b[2J\\u009b31m\\u202edeceived\\u000d\n\tat a.ts");
  expect(error).toHaveBeenCalledWith("naïve 漢字 🙂");
  warn.mockRestore();
  error.mockRestore();
});
