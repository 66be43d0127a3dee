/** Which streams "all types" means. */

/** Event types that begin so are of a feature's inner workings; only who names one gets it. */
const reserved = "attune:";

export function isPublicType(eventType: string): boolean {
  return !eventType.startsWith(reserved);
}
