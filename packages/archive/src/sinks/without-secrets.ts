/** Of a store's URL, what may be shown. */
import { AttuneError } from "@attune/transport";

export interface StoreUrl {
  /** As it stands before the colon. */
  readonly schemes: readonly string[];
  /** A sentence without its full stop, as "A PostgreSQL URL is postgres://user:password@host:port/database". */
  readonly form: string;
}

/** Without user, password and parameters. Throws `ATTUNE_URL_INVALID`, in words that hold nothing of the URL. */
export function withoutSecrets(
  url: string,
  { schemes, form }: StoreUrl,
): { readonly protocol: string; readonly host: string; readonly pathname: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) {
    throw new AttuneError("ATTUNE_URL_INVALID", `${form}.`);
  }
  const { protocol, host, pathname } = parsed;
  return { protocol, host, pathname };
}
