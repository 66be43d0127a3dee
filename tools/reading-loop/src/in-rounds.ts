/** Asks the store for many things, so many at once that it is quick, and not so many that others have to wait. */

/** The answers, in the order of the items. */
export async function inRounds<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
  perRound = 50,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < items.length; at += perRound) {
    answers.push(...(await Promise.all(items.slice(at, at + perRound).map(ask))));
  }
  return answers;
}
