/** Cuts a text for an event: on whole characters, so that it stays well-formed Unicode. */

export function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text.toWellFormed();
  // A cut through a pair leaves half a character behind.
  return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`.toWellFormed();
}
