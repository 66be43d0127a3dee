/** What a browser is shown that comes with the link, or without having been let in. */
import type { FastifyReply, FastifyRequest } from "fastify";

/** Paths that are none of the web app's pages. */
const notPages = /^\/+(api|ws|assets|metrics|docs)(\/|$)/i;

export function isAppPage(url: string): boolean {
  return !notPages.test(pathOf(url));
}

/** As the router reads it: encoded letters are letters. */
function pathOf(url: string): string {
  const path = url.split("?")[0]!;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether a person waits for a page. */
export function isNavigation({ method, headers, url }: FastifyRequest): boolean {
  if (method !== "GET" || headers.upgrade !== undefined) return false;
  return (isAppPage(url) || /^\/docs\/?(\?|$)/.test(url)) && (headers.accept?.includes("text/html") ?? false);
}

/** Not a redirect: a strict cookie would not go with one that began on another site (a link in a mail, say). */
export function sendAgain(reply: FastifyReply, path: string): FastifyReply {
  return reply
    .header("refresh", `0;url=${path}`)
    .type("text/html; charset=utf-8")
    .send(page("Opening the dashboard …", "<p>Opening the dashboard …</p>", icon));
}

export function sendClosedDoor(reply: FastifyReply): FastifyReply {
  return reply.status(401).type("text/html; charset=utf-8").send(closedDoor);
}

/** Else a browser looks for /favicon.ico. */
const icon = '<link rel="icon" href="/icon.svg">\n';

function page(title: string, body: string, head = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${head}</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

const closedDoor = page(
  "Not let in · attune",
  `<h1>This dashboard lets in whoever has its link</h1>
<p>Each start has a token of its own. It is in the link that <code>attune dashboard</code> printed in the terminal when it was started:</p>
<pre>http://127.0.0.1:8000/?token=…</pre>
<ul>
<li>Open that link in this browser, once. From then on the address without the token works, too.</li>
<li>It worked before? Then the dashboard was started anew: open the new link.</li>
<li>No terminal to look at? Start it again, or give it a token of yours (<code>ATTUNE_DASHBOARD_TOKEN</code>).</li>
<li>Programs send <code>Authorization: Bearer …</code> with the token.</li>
</ul>`,
);
