/** A clock that the processes of one machine share: monotonic, so no correction of the wall clock spoils a latency. */

/** Milliseconds since the machine started, with a resolution of nanoseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
