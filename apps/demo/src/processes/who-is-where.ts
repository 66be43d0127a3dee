/** One line that says in which process everybody lives. */

/** Who, and what is known of their part. */
export type Whereabouts = readonly [who: string, part: { readonly processId: number | null }];

export function whoIsWhere(parts: readonly Whereabouts[]): string {
  const apart = parts.filter(([, { processId }]) => processId !== null);
  if (apart.length === 0) return `All of them live in this process, ${process.pid}.`;
  const places = apart.map(([who, { processId }]) => `${who} in ${processId}`);
  return `Processes: ${places.join("; ")}; everything else in ${process.pid}.`;
}
