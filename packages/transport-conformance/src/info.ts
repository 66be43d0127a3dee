/** What a store says of itself: which product of which version, and how many bytes everything in it takes. */
import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { publish } from "./publish.ts";
import { beginOutage, operationTimeoutMs, slackMs } from "./store-outage.ts";
import type { Suite } from "./suite.ts";
import { until } from "./until.ts";
import { durationOf, within } from "./within.ts";

/** Below the default limit of a payload. */
const largeBytes = 800_000;
/** More than a store may have set aside beforehand, or let go of meanwhile. */
const enoughBytes = 16 * largeBytes;

/** A text that a store which compresses cannot make less than half as long. */
const largeText = () => randomBytes((largeBytes * 3) / 4).toString("base64");

export function info(suite: Suite): void {
  suite.concern("what the store says of itself", () => {
    suite.test("a store says its product, and its version and its bytes where it can", async ({ open }) => {
      const { product, version, bytes } = await (await open()).info();
      expect(product).toEqual(expect.stringMatching(/\S/));
      if (version !== null) expect(version).toEqual(expect.stringMatching(/\S/));
      if (bytes !== null) expect(Number.isSafeInteger(bytes) && bytes >= 0, `bytes: ${bytes}`).toBe(true);
    });

    suite.test("the bytes, where they are told, are those of all prefixes", async ({ open, prefix }) => {
      const [transport, other] = await Promise.all([open(), open({ prefix: `${prefix}other:` })]);
      const before = (await transport.info()).bytes;
      if (before === null) return;
      let stored = 0;
      let now: number | null;
      let expected: number;
      // Once does, unless the store let go of something else meanwhile: of what other tests had stored, or of a log.
      do {
        await publish(other, "large", [largeText()]);
        stored += largeBytes;
        expected = Math.max(before, stored / 2);
        now = (await transport.info()).bytes;
      } while (!(now !== null && now >= expected) && stored < enoughBytes);
      expect(now, `${stored} bytes were stored, ${before} were told before`).toBeGreaterThanOrEqual(expected);
    });

    suite.test("a closed transport says nothing of its store", async ({ open }) => {
      const transport = await open();
      await transport.close();
      await expectCode("ATTUNE_TRANSPORT_CLOSED", () => transport.info());
    });

    if (!suite.setup.outage) return;

    suite.test(
      "what a store says of itself is never neutral: in an outage it rejects in time, without a warning",
      async ({ open, cutOff, warnings }) => {
        const transport = await open({ operationTimeoutMs });
        const before = await transport.info();
        const restore = await cutOff(transport);
        const asked = expectCode("ATTUNE_TRANSPORT_UNAVAILABLE", () => transport.info());
        await within(operationTimeoutMs + slackMs, "it rejects", asked);
        await restore();
        const { product, version } = await until("it answers again", () =>
          transport.info().catch(() => undefined),
        );
        expect({ product, version }).toEqual({ product: before.product, version: before.version });
        expect(warnings).toEqual([]);
      },
    );

    suite.test("of a store that is known to be away nothing is said, at once", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs: 1000 });
      const back = await beginOutage(cutOff, transport);
      const asked = expectCode("ATTUNE_TRANSPORT_UNAVAILABLE", () => transport.info());
      expect(await durationOf(asked)).toBeLessThan(150);
      await asked;
      await back();
    });
  });
}
