/** The order of `<milliseconds>-<sequence>`. */
export function compareEventIds(one: string, other: string): number {
  const [oneMs = "", oneNumber = ""] = one.split("-");
  const [otherMs = "", otherNumber = ""] = other.split("-");
  return Number(oneMs) - Number(otherMs) || Number(oneNumber) - Number(otherNumber);
}
