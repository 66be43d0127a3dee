/** A server that alerts are posted to: it answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { until } from "@attune-tools/every-store";
import { onTestFinished } from "vitest";
import type { AlertJson } from "../src/protocol/records.ts";

export interface Post {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: {
    readonly state: string;
    readonly change: number;
    readonly alert: AlertJson;
    readonly store: string;
  };
}

export interface WebhookServer {
  readonly url: string;
  readonly posts: readonly Post[];
  until(count: number, ms?: number): Promise<void>;
  close(): Promise<void>;
}

export type Answering = (response: ServerResponse, count: number) => void;

/** `answer` is called with how many have come. */
export async function startWebhookServer(
  answer: Answering = (response) => void response.writeHead(204).end(),
  port = 0,
): Promise<WebhookServer> {
  const posts: Post[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { headers, url: path = "" } = request;
    posts.push({ at: performance.now(), path, headers, text, body: JSON.parse(text) });
    answer(response, posts.length);
  });
  server.listen(port, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    posts,
    until: (count, ms = 10_000) => until(`${count} have come`, () => posts.length >= count, ms),
    close,
  };
}
