import { expect, it } from "vitest";
import { withoutTelemetry } from "../src/without-telemetry.ts";

const words = (text: string) => withoutTelemetry(text.split(" ")).join(" ");

it("takes the word telemetry away in front of a command", () => {
  expect(words("telemetry agents --lost")).toBe("agents --lost");
  expect(words("telemetry")).toBe("");
  expect(withoutTelemetry([])).toEqual([]);
});

it("finds it behind options, of which some have a value", () => {
  expect(words("--json telemetry agents")).toBe("--json agents");
  expect(words("--url redis://h --prefix p: --json telemetry agents")).toBe(
    "--url redis://h --prefix p: --json agents",
  );
  expect(words("--url=redis://h telemetry agents")).toBe("--url=redis://h agents");
});

it("leaves it where it is a value, an argument, or said twice", () => {
  expect(words("--url telemetry agents")).toBe("--url telemetry agents");
  expect(words("events --type telemetry")).toBe("events --type telemetry");
  expect(words("events trim telemetry")).toBe("events trim telemetry");
  expect(words("telemetry telemetry agents")).toBe("telemetry agents");
});
