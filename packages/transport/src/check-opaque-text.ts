/** What a store keeps without looking into it: the body of a message, the value of a record. */
import { describe } from "./arguments.ts";
import { AttuneError } from "./errors.ts";
import type { PayloadLimits } from "./json.ts";

/** What a text may take beyond the payload in it: three names, each byte of which may need six in JSON, and the rest. */
const maxEnvelopeBytes = 8192;

export function checkOpaqueText(name: string, text: unknown, { maxPayloadBytes }: PayloadLimits): void {
  // Stores would replace a lone surrogate.
  if (typeof text !== "string" || !text.isWellFormed()) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      `${name} must be a well-formed text, not ${describe(text)}.`,
      { details: { argument: name } },
    );
  }
  const maxBytes = maxPayloadBytes + maxEnvelopeBytes;
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) {
    throw new AttuneError("ATTUNE_PAYLOAD_TOO_LARGE", `The ${name} takes more than ${maxBytes} bytes.`);
  }
}
