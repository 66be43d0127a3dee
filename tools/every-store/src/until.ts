/** Waiting in tests: for a condition, never for a time. */

/** Waits for a condition; says which when it does not come. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ms = 10_000,
): Promise<void> {
  const endsAt = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
