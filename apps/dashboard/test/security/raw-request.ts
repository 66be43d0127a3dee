/** For tests: requests as browsers and fetch would never send them. */
import { request } from "node:http";
import { connect } from "node:net";
import type { RunningDashboard } from "../running-dashboard.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

/** With the Host of the dashboard, if no other is given, and nothing else. */
export function rawRequest(
  { url }: Pick<RunningDashboard, "url">,
  asked: RawRequest = {},
): Promise<RawAnswer> {
  const { method = "GET", path = "/api/health", headers = {}, body } = asked;
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { host, ...headers }, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: text }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The text of an answer to a text that may be no HTTP at all. */
export function sendText({ url }: Pick<RunningDashboard, "url">, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = "";
    socket.setEncoding("utf8").on("data", (part: string) => {
      answer += part;
    });
    socket.on("error", reject).on("close", () => resolve(answer));
  });
}

export function codeOf({ body }: RawAnswer): unknown {
  return (JSON.parse(body) as { error: { code: string } }).error.code;
}
