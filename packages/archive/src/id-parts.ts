/** The two numbers of an event id, which may be larger than JavaScript's numbers can tell. */

export interface IdParts {
  readonly ms: bigint;
  readonly seq: bigint;
}

/** Of a well-formed id. */
export function idParts(eventId: string): IdParts {
  const dash = eventId.indexOf("-");
  return { ms: BigInt(eventId.slice(0, dash)), seq: BigInt(eventId.slice(dash + 1)) };
}
