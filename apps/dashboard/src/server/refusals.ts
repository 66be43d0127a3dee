/** What a request can be refused with, in one table: `{ error: { code, message } }` with that status. The README prints it. */

export interface RefusalEntry {
  /** Of the answer. */
  readonly status: number;
  /** What it means, and what to do about it. */
  readonly meaning: string;
}

/** By code. Errors of the library come with the library's own code (docs/errors.md): those of arguments with 400, others with 500. */
export const refusals = {
  REQUEST_INVALID: {
    status: 400,
    meaning:
      "A parameter, or the body, is unknown, of the wrong type or out of its bounds. The message names it.",
  },
  BODY_INVALID: {
    status: 400,
    meaning: "The body is empty, no JSON, or names `__proto__` or `constructor.prototype`.",
  },
  CURSOR_INVALID: {
    status: 400,
    meaning:
      "The cursor is none of this server's, or of another question: send the other parameters as they were.",
  },
  TARGET_INVALID: {
    status: 400,
    meaning:
      "The request line names no path, or the path is wrongly encoded; or there are several Host headers.",
  },
  UPGRADE_ELSEWHERE: {
    status: 400,
    meaning: "Only `/ws` becomes a WebSocket; elsewhere leave the `Upgrade` header out.",
  },
  TOKEN_MISSING: {
    status: 401,
    meaning:
      "The token of this start is missing or wrong: open the link that the dashboard printed, or send `Authorization: Bearer …`.",
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    meaning:
      "A page of another origin (another host, port or scheme) asks. Give its address as a public URL if it is yours.",
  },
  ORIGIN_MISSING: {
    status: 403,
    meaning:
      "Writing, and `/ws`, with the cookie alone needs an Origin header, as browsers send it; or use the Bearer token.",
  },
  CROSS_SITE: {
    status: 403,
    meaning: "The browser says that a page of another origin asks (`Sec-Fetch-Site`).",
  },
  READ_ONLY: {
    status: 403,
    meaning: "The dashboard was started to be looked at only: nothing can be decided here.",
  },
  NOT_FOUND: {
    status: 404,
    meaning: "There is nothing here: no such path, agent, event or request for approval.",
  },
  METHOD_NOT_ALLOWED: { status: 405, meaning: "Only GET, HEAD and POST are understood." },
  APPROVAL_DECIDED: {
    status: 409,
    meaning: "It was decided before. `state` and `decision` tell how, and by whom.",
  },
  APPROVAL_SELF: { status: 409, meaning: "The responder is the agent that asks, and does not decide it." },
  APPROVAL_NOT_ALLOWED: { status: 409, meaning: "The responder is not among those who may decide it." },
  APPROVAL_VOTED: { status: 409, meaning: "The responder has approved it before; others have to, too." },
  APPROVAL_DIGEST: {
    status: 409,
    meaning: "The request has changed since it was shown: look again, and send the digest of what you see.",
  },
  APPROVAL_DIGEST_MISSING: {
    status: 409,
    meaning: "This request counts answers only that carry the digest of what was shown.",
  },
  BODY_TOO_LARGE: { status: 413, meaning: "The body is larger than 1 MiB." },
  JSON_ONLY: { status: 415, meaning: "What is to be written has to come as `application/json`." },
  HOST_NOT_ALLOWED: {
    status: 421,
    meaning: "The server does not answer under that host name. Give it as a public URL if it is yours.",
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    meaning:
      "More than 1000 requests in 10 seconds, or too many searches at once. `Retry-After` tells when to go on.",
  },
  INTERNAL: { status: 500, meaning: "Something went wrong in the dashboard; its log says what." },
  STORE_UNAVAILABLE: {
    status: 503,
    meaning: "The store does not answer, or refuses. Try again: it is served as soon as the store is back.",
  },
  TOO_MANY_PAGES: { status: 503, meaning: "As many pages are connected to `/ws` as may be (`maxClients`)." },
  WEB_APP_MISSING: {
    status: 503,
    meaning: "This checkout has no built web app: `npm run build:web` makes it.",
  },
} as const satisfies Record<string, RefusalEntry>;

export type RefusalCode = keyof typeof refusals;
