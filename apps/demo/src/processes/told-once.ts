/** What a part is told in the middle of its work. */

export interface ToldOnce<Told> {
  /** `undefined`: it has to end and was told nothing. */
  readonly told: Promise<Told | undefined>;
  tell(told: Told): void;
}

export function toldOnce<Told>(ending: AbortSignal): ToldOnce<Told> {
  const { promise, resolve } = Promise.withResolvers<Told | undefined>();
  if (ending.aborted) resolve(undefined);
  else ending.addEventListener("abort", () => resolve(undefined), { once: true });
  return { told: promise, tell: resolve };
}
