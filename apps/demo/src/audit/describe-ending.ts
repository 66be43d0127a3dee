/** How an agent ended, for people: a failure that was meant to be shown is none to worry about. */
export function describeEnding(ending: string, meantToFail: boolean | undefined): string {
  return ending === "failed" && meantToFail ? "failed, as intended" : ending;
}
