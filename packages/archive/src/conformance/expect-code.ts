/**
 * Expects a coded error. @attune/transport-conformance has the same: neither may depend on the other, and what both may depend on, the
 * contract, knows nothing of vitest.
 */
import { AttuneError, type ErrorCode } from "@attune/transport";
import { expect } from "vitest";

/** `act` has to throw or reject with an `AttuneError` of this code and a message. */
export async function expectCode(code: ErrorCode, act: () => unknown): Promise<AttuneError> {
  let outcome: unknown;
  try {
    outcome = await act();
  } catch (error) {
    expect(error, `expected ${code}`).toBeInstanceOf(AttuneError);
    const coded = error as AttuneError;
    expect(coded.code, coded.message).toBe(code);
    expect(coded.message).toMatch(/\S/);
    return coded;
  }
  return expect.unreachable(`expected ${code}, got ${JSON.stringify(outcome)}`);
}
