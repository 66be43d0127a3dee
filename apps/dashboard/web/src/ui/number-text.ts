/** Numbers as texts. */

/** Averages, ratings: `0.87`, `0.90`. */
export function twoDigits(value: number): string {
  return value.toFixed(2);
}

/** Averages within a text that somebody else has written. */
export function withTwoDigits(text: string): string {
  return text.replace(/(?<![\d.])[01]\.\d{3,}(?![\d.])/g, (number) => twoDigits(Number(number)));
}

/** `1 agent`, `1,204 agents`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : several}`;
}
