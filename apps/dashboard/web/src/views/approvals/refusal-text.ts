/** Why a decision did not count, in words. */
import { RequestError } from "../../api/request-json.ts";

/** Whether what was shown is not what is asked any more. */
export function isOutOfDate(error: unknown): boolean {
  const code = codeOf(error);
  return code === "digest" || code === "digest_missing";
}

export function refusalText(error: unknown, responder: string): string {
  const text = texts[codeOf(error)];
  if (text) return text(responder);
  if (error instanceof RequestError) {
    if (error.status === 404) return "There is no such request any more.";
    if (error.status === 401)
      return "This page's token is not valid any more: open the link of the dashboard again.";
    if (error.status === 429) return "Too many requests were sent: try again in some seconds.";
    if (error.status === 503) return unavailable();
    return error.message;
  }
  return "The dashboard does not answer: it is not known whether the decision counts. It shows here once it does.";
}

const unavailable = () =>
  "The store does not answer: it is not known whether the decision counts. Look again once it is back.";

const texts: Readonly<Record<string, (responder: string) => string>> = {
  decided: () => "Somebody else was faster: it is decided already.",
  self: (responder) => `${responder} asks for it, and nobody decides on their own request.`,
  not_allowed: (responder) => `${responder} is not among those who may decide this.`,
  voted: (responder) => `${responder} has approved it already; the other approvals have to come from others.`,
  digest: () => "What is asked has changed since it was shown here. Nothing was decided.",
  digest_missing: () => "What is asked was edited meanwhile: look at it again. Nothing was decided.",
  not_found: () => "There is no such request any more.",
  read_only: () => "This dashboard was started with --read-only: it decides nothing.",
  store_unavailable: unavailable,
  unavailable,
};

function codeOf(error: unknown): string {
  if (!(error instanceof RequestError)) return "";
  return error.code
    .toLowerCase()
    .replaceAll("-", "_")
    .replace(/^approval_/, "");
}
