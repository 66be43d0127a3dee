/** Where the page of an agent is: its id may be any text, and comes back as it was. */

const prefix = "/agents/";

export function agentPath(agentId: string): string {
  // As a folder of a path "." and ".." would vanish.
  if (/^\.\.?$/.test(agentId)) return `${prefix}-?id=${agentId}`;
  return `${prefix}${encodeURIComponent(agentId)}`;
}

/** Of `window.location`, whose path is still as it was written. `undefined`: it is no page of an agent. */
export function agentIdOf({
  pathname,
  search,
}: {
  readonly pathname: string;
  readonly search: string;
}): string | undefined {
  if (!pathname.startsWith(prefix)) return undefined;
  const part = pathname.slice(prefix.length).replace(/\/$/, "");
  const named = part === "-" ? new URLSearchParams(search).get("id") : null;
  if (named !== null) return named;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
