/**
 * Limits, from one place. To change them for a test:
 *
export const limits = { perPage: 1, perRead: 1 };
export function withLimits(work: () => void) {
  work();
}
 */
const limits = { perPage: 50, perRead: 1000, keepMs: 60_000 };

export const { perPage, perRead, keepMs: keepLongestMs } = limits;
