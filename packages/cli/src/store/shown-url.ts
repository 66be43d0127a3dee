/** A store's URL for people. */

/** Without user, password and parameters. Of what is no URL nothing but the scheme: the rest may be a password. */
export function shownUrl(url: string): string {
  if (/^(sqlite|memory):/i.test(url)) return url;
  if (!URL.canParse(url)) return `${/^[a-z][a-z0-9+]*:/i.exec(url)?.[0] ?? ""}…`;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}
