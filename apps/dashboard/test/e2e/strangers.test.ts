/** Pages of somebody else's in the same browser, with the cookie in it: they can neither read nor decide anything. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ApprovalGate } from "@attune/approvals";
import { startDashboard } from "@attune/dashboard";
import { createMemoryTransport } from "@attune/transport-memory";
import { expect, it, onTestFinished } from "vitest";
import { enter, sharedBrowser } from "./shared-browser.ts";

const browser = sharedBrowser();

/** A page on another port of the same host: to the browser the same site, so that strict cookies go along. */
async function neighbour(): Promise<string> {
  const server = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end("<h1>hello</h1>"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("neither fetch, nor a form, nor a WebSocket, nor a frame of another page reaches the dashboard", async () => {
  await using transport = await createMemoryTransport();
  await using dashboard = await startDashboard({ transport, port: 0 });
  await using gate = new ApprovalGate({ transport, agentId: "deployer" });
  const asking = gate.requestApproval({
    approvalType: "deploy",
    context: { version: 7 },
    requestId: "deploy-7",
  });
  const page = await browser.newPage({ expected: [/./] });
  await enter(page, dashboard, "/approvals");
  await page.goto(await neighbour());
  const tried = await page.evaluate(async (url) => {
    const approve = `${url}/api/approvals/deploy-7/approve`;
    const outcome = (promise: Promise<Response>) =>
      promise.then(
        ({ type, status }) => `${type} ${status}`,
        () => "failed",
      );
    return {
      read: await outcome(fetch(`${url}/api/agents`, { credentials: "include" })),
      simple: await outcome(
        fetch(approve, {
          method: "POST",
          mode: "no-cors",
          credentials: "include",
          body: '{"reason":"gotcha"}',
        }),
      ),
      json: await outcome(
        fetch(approve, {
          method: "POST",
          credentials: "include",
          headers: { "content-type": "application/json" },
          body: "{}",
        }),
      ),
      socket: await new Promise((resolve) => {
        const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
        socket.onopen = () => resolve("open");
        socket.onclose = ({ code }) => resolve(`closed ${code}`);
      }),
      frame: await new Promise((resolve) => {
        const frame = document.createElement("iframe");
        frame.src = `${url}/approvals`;
        frame.onload = () => {
          try {
            resolve(frame.contentDocument?.body.textContent ?? "another origin");
          } catch {
            resolve("another origin");
          }
        };
        document.body.append(frame);
      }),
    };
  }, dashboard.url);
  expect(tried).toEqual({
    read: "failed",
    simple: "failed",
    json: "failed",
    socket: "closed 1006",
    frame: "another origin",
  });
  await Promise.all([
    page.waitForURL(/approve$/),
    page.evaluate((url) => {
      const form = document.createElement("form");
      form.method = "post";
      form.action = `${url}/api/approvals/deploy-7/approve`;
      document.body.append(form);
      form.submit();
    }, dashboard.url),
  ]);
  expect(await page.textContent("body")).toContain("ORIGIN_NOT_ALLOWED");
  expect(await gate.getPendingApprovals()).toMatchObject([{ requestId: "deploy-7", state: "pending" }]);
  await gate.cancelApproval("deploy-7");
  expect(await asking).toMatchObject({ approved: false });
  page.problems.splice(0);
});
