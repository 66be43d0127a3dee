/** Pages under a strict Content-Security-Policy, on a free port of this machine. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface PageServer extends AsyncDisposable {
  /** "http://127.0.0.1:40001" */
  readonly url: string;
}

const counter = `
const button = document.querySelector("button");
button.addEventListener("click", () => {
  button.textContent = String(Number(button.textContent) + 1);
});`;

const page = (body: string) =>
  `<!doctype html><html lang="en"><head><title>Test</title></head><body><main><h1>Test</h1>${body}</main></body></html>`;

const files: Record<string, string> = {
  "/good": page('<img alt="A dot" src="/dot.svg"><button>0</button><script src="/counter.js"></script>'),
  "/counter.js": counter,
  "/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>',
  "/favicon.ico": "",
  "/bad": page(
    '<img id="silent" src="/dot.svg"><button id="nameless"></button><iframe title="x" src="/framed">',
  ),
  "/framed": page('<img id="inner" src="/dot.svg">'),
  "/inline": page("<script>document.title = 'ran'</script>"),
  "/plain": page("<p>No policy here</p>"),
};

export async function startPageServer(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const type = path.endsWith(".js")
      ? "text/javascript"
      : path.endsWith(".svg")
        ? "image/svg+xml"
        : "text/html";
    const body = files[path];
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": type,
      ...(path !== "/plain" && { "content-security-policy": "default-src 'self'" }),
    });
    response.end(body ?? "no such page");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
