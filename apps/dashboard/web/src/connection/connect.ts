/** Connects this page to the server that it came from. */
import { getJson, RequestError } from "../api/request-json.ts";
import type { FleetState } from "../state/fleet-state.ts";
import { LiveConnection } from "./live-connection.ts";

/** Answers with which the server says that this page may not be here, rather than that it is busy. */
const refusals = [401, 403, 421];

export function connect(state: FleetState): LiveConnection {
  const { protocol, host } = window.location;
  const url = `${protocol === "https:" ? "wss:" : "ws:"}//${host}/ws`;
  const connection = new LiveConnection(state, { url, askWhyRefused });
  window.addEventListener("online", () => connection.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connection.hurry();
  });
  return connection;
}

async function askWhyRefused(): Promise<string | undefined> {
  try {
    await getJson("/api/health", AbortSignal.timeout(5000));
  } catch (error) {
    if (!(error instanceof RequestError) || !refusals.includes(error.status)) return undefined;
    if (error.status !== 401) return error.message;
    return "The dashboard was started anew, and has another token: open the link that it printed.";
  }
  return undefined;
}
