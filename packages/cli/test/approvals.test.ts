import { ApprovalGate, type ApprovalResponse, type ApprovalToRequest } from "@attune/approvals";
import { openTransport, type Transport } from "@attune/transport";
import { describe, expect, it, onTestFinished } from "vitest";
import { atTerminal } from "./at-terminal.ts";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

/** An agent that asks, and goes on waiting; resolves once the request is there. */
async function asking(
  transport: Transport,
  requestId: string,
  { agentId = "deployer", ...more }: Partial<ApprovalToRequest> & { agentId?: string } = {},
): Promise<{ readonly gate: ApprovalGate; readonly answer: Promise<ApprovalResponse> }> {
  const gate = new ApprovalGate({ agentId, transport });
  onTestFinished(() => gate.close());
  const context = { service: "api", version: 7 };
  const answer = gate.requestApproval({ approvalType: "deploy", context, requestId, ...more });
  await expect.poll(() => gate.getApproval(requestId)).not.toBeNull();
  return { gate, answer };
}

describe("attune approvals", () => {
  it("lists what is pending, oldest first, as a table or as JSON", async () => {
    const cwd = await newFolder();
    const none = await runCli(["approvals"], { cwd });
    expect(none).toMatchObject({ code: 0, stdout: "" });
    expect(none.stderr).toContain("Nothing waits for a decision.");
    const transport = await embeddedStore(cwd);
    await asking(transport, "release-7", { timeoutMs: 3_600_500 });
    await asking(transport, "cleanup", { approvalType: "delete", context: 900, requiredApprovals: 2 });
    const table = await runCli(["approvals"], { cwd });
    expect(table.stdout).toMatch(
      /^ID +TYPE +AGENT +LEFT +APPROVALS +CONTEXT\nrelease-7 +deploy +deployer +(1 h|59 m) +0 of 1 +\{"service":"api","version":7\}\ncleanup +delete +deployer +4 m +0 of 2 +900\n$/,
    );
    const json = await runCli(["approvals", "list", "--type", "delete", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject([
      {
        request_id: "cleanup",
        approval_type: "delete",
        agent_id: "deployer",
        state: "pending",
        required_approvals: 2,
        approvals: [],
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        context: 900,
      },
    ]);
    expect(json.stderr).toBe("");
  });

  it("show prints all of a request, and how it ended; its beginning will do while it is pending", async () => {
    const cwd = await newFolder();
    const { gate, answer } = await asking(await embeddedStore(cwd), "release-7", {
      requiredApprovals: 2,
      allowedResponders: ["ann", "bob"],
    });
    await gate.respondToApproval("release-7", { approved: true, responder: "bob", reason: "green" });
    const { code, stdout } = await runCli(["approvals", "show", "rel", "--utc"], { cwd });
    expect(code).toBe(0);
    for (const line of [
      /^id +release-7$/m,
      /^type +deploy$/m,
      /^asked by +deployer$/m,
      /^state +pending$/m,
      /^since +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z \(\d+ s ago\)$/m,
      /^until +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z \(4 m left, not approved then\)$/m,
      /^approvals +1 of 2\n +bob, .*: green$/m,
      /^may answer +ann, bob$/m,
      /^digest +[0-9a-f]{64}$/m,
      /^context *\n {2}\{\n {4}"service": "api",\n {4}"version": 7\n {2}\}$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    await gate.respondToApproval("release-7", {
      approved: false,
      responder: "ann",
      reason: "not on a Friday",
    });
    await answer;
    expect(await runCli(["approvals", "show", "rel"], { cwd })).toMatchObject({ code: 4 });
    const decided = await runCli(["approvals", "show", "release-7"], { cwd });
    expect(decided.stdout).toMatch(/^state +rejected$/m);
    expect(decided.stdout).toMatch(/^decided by +ann, .*: not on a Friday$/m);
    const json = await runCli(["approvals", "show", "release-7", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      state: "rejected",
      decision: { approved: false, responder: "ann", reason: "not on a Friday" },
    });
  });

  it("a beginning that several have is refused with their ids; none is 4", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await asking(transport, "release-7");
    await asking(transport, "release-70");
    const several = await runCli(["approvals", "show", "rel"], { cwd });
    expect(several).toMatchObject({ code: 2, stdout: "" });
    expect(several.stderr).toMatch(
      /beginning of 2 pending requests[\s\S]*release-7 \(deploy\)\n +release-70 \(deploy\)/,
    );
    expect((await runCli(["approvals", "show", "release-7"], { cwd })).stdout).toMatch(/^id +release-7$/m);
    expect(await runCli(["approvals", "show", "other"], { cwd })).toMatchObject({ code: 4, stdout: "" });
    expect(await runCli(["approvals", "show", "no id"], { cwd })).toMatchObject({ code: 2, stdout: "" });
    expect((await runCli(["approvals", "shwo"], { cwd })).stderr).toContain("Did you mean show");
    expect((await runCli(["approvals", "show", "x", "--watch"], { cwd })).stderr).toContain(
      "takes no --watch",
    );
  });

  it("no text of a request acts on the terminal, in any form", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const { gate } = await asking(transport, "evil", {
      agentId: `agent${hostile}`,
      approvalType: `type${hostile}`,
      context: { [hostile]: hostile },
      requiredApprovals: 2,
      allowedResponders: [`friend${hostile}`, "ann"],
    });
    const answer = { approved: true, responder: `friend${hostile}`, reason: hostile };
    expect(await gate.respondToApproval("evil", answer)).toMatchObject({ accepted: true });
    const runs = [
      await runCli(["approvals"], { cwd }),
      await runCli(["approvals", "--json"], { cwd }),
      await runCli(["approvals", "show", "evil"], { cwd }),
      await runCli(["approvals", "show", "evil", "--json"], { cwd }),
      await runCli(["approvals", "approve", "evil", "--as", "eve", "--yes"], { cwd }),
      await runCli(["approvals", "approve", "evil", "--as", "eve"], { cwd }),
      await atTerminal(["approvals", "reject", "evil", "--as", "eve"], cwd, "y\n"),
    ];
    for (const { stdout, stderr } of runs) {
      expect(stdout + stderr).toContain("type");
      expect(stdout + stderr).not.toMatch(acting);
    }
    await gate.respondToApproval("evil", { ...answer, approved: false });
    const late = await runCli(["approvals", "approve", "evil", "--yes"], { cwd });
    expect(late.stderr).toContain("friend");
    expect(late.stderr).not.toMatch(acting);
    // In JSON nothing is lost by it.
    const json = await runCli(["approvals", "show", "evil", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ context: { [hostile]: hostile } });
  });
});

describe("attune approvals approve, reject", () => {
  it("shows what is decided on, asks, and decides with the name of who is asked", async () => {
    const cwd = await newFolder();
    const { gate, answer } = await asking(await embeddedStore(cwd), "release-7", { requireDigest: true });
    const no = await atTerminal(["approvals", "approve", "rel"], cwd, "\n");
    expect(no).toMatchObject({ code: 1, stdout: "" });
    expect(no.stderr).toMatch(
      /"version": 7[\s\S]*Approve "deploy" of "deployer", as "ann"\? \[y\/N\] attune: Nothing was done\./,
    );
    expect(await gate.getApproval("release-7")).toMatchObject({ state: "pending" });
    const yes = await atTerminal(["approvals", "approve", "rel", "--reason", "green"], cwd, "y\n");
    expect(yes).toMatchObject({ code: 0, stdout: "approved release-7\n" });
    expect(await answer).toMatchObject({ approved: true, responder: "ann", reason: "green" });
  });

  it("what is edited while somebody thinks about it is not approved by his yes", async () => {
    const cwd = await newFolder();
    const { gate } = await asking(await embeddedStore(cwd), "release-7", { requiredApprovals: 2 });
    async function* typed() {
      await gate.respondToApproval("release-7", { approved: true, responder: "bob", context: "another" });
      yield "y\n";
    }
    const { code, stdout, stderr } = await atTerminal(["approvals", "approve", "release-7"], cwd, typed());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("It has changed since it was shown (digest)");
    expect(await gate.getApproval("release-7")).toMatchObject({ state: "pending", context: "another" });
  });

  it("--yes answers, for a whole id or a pinned digest; without a terminal nothing is done otherwise", async () => {
    const cwd = await newFolder();
    const { gate, answer } = await asking(await embeddedStore(cwd), "release-70");
    const reject = ["approvals", "reject"];
    const unasked = await runCli([...reject, "release-70"], { cwd });
    expect(unasked).toMatchObject({ code: 2, stdout: "" });
    expect(unasked.stderr).toContain("say --yes");
    // Release 7 is gone, and another one begins so.
    const shortened = await runCli([...reject, "release-7", "--yes"], { cwd });
    expect(shortened).toMatchObject({ code: 2, stdout: "" });
    expect(shortened.stderr).toContain('"release-70"');
    expect(await gate.getApproval("release-70")).toMatchObject({ state: "pending" });
    const { digest } = (await gate.getApproval("release-70"))!;
    const pinned = await runCli([...reject, "release-7", "-y", "--digest", digest, "--json"], {
      cwd,
      env: { ATTUNE_AGENT: "policy" },
    });
    expect(JSON.parse(pinned.stdout)).toEqual({
      request_id: "release-70",
      approved: false,
      responder: "policy",
      state: "rejected",
    });
    expect(pinned.stderr).toBe("");
    expect(await answer).toMatchObject({ approved: false, responder: "policy" });
  });

  it("what does not count is 1, with the library's reason; what is gone is 4", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const { gate, answer } = await asking(transport, "r", {
      requiredApprovals: 2,
      allowedResponders: ["ann", "bob"],
    });
    const decide = (...args: string[]) => runCli(["approvals", ...args, "--yes"], { cwd });
    const refused = async (reason: string, ...args: string[]) => {
      const { code, stdout, stderr } = await decide(...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(reason);
    };
    await refused("self", "approve", "r", "--as", "deployer");
    await refused("not-allowed", "approve", "r", "--as", "eve");
    const first = await decide("approve", "r", "--as", "ann");
    expect(first).toMatchObject({ code: 0, stdout: "approved r: one of 2 approvals that it needs\n" });
    await refused("voted", "approve", "r", "--as", "ann");
    const { digest } = (await gate.getApproval("r"))!;
    const edited = { approved: true, responder: "bob", context: { service: "api", version: 8 } };
    await gate.respondToApproval("r", edited);
    await refused("has changed since", "approve", "r", "--as", "ann", "--digest", digest);
    expect(await decide("approve", "r", "--as", "ann")).toMatchObject({ code: 0, stdout: "approved r\n" });
    expect(await answer).toMatchObject({ approved: true, edited: true, context: { version: 8 } });
    await refused('approved, by "ann", at ', "reject", "r", "--as", "bob");
    expect(await decide("approve", "gone")).toMatchObject({ code: 4, stdout: "" });
    const { gate: other } = await asking(transport, "s");
    await other.cancelApproval("s");
    await refused('cancelled, by "system"', "approve", "s");
  });

  it("bad usage is refused before the store is opened", async () => {
    const cwd = await newFolder();
    const refused = async (message: string, ...args: string[]) => {
      const { code, stderr } = await runCli(["approvals", "approve", ...args, "--yes"], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain("Store:");
    };
    await refused("64 hexadecimal digits", "x", "--digest", "abc");
    await refused("stands for nobody", "x", "--as", "system");
    await refused("--reason", "x", "--reason", "x".repeat(5000));
    await refused("missing required argument");
    const away = await runCli(["approvals", "approve", "x", "--yes"], {
      cwd,
      env: { ATTUNE_URL: "redis://127.0.0.1:1" },
    });
    expect(away).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("attune approvals --watch", () => {
  it("prints what is pending, then each request and each decision, until Ctrl-C", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await asking(transport, "first");
    const { child, lines, told, exit } = startCli(["approvals", "--watch", "--type", "deploy"], cwd);
    const next = async () => (await lines.next()).value;
    const time = String.raw`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} `;
    expect(await next()).toMatch(new RegExp(`${time} pending +first +deploy +by deployer {2}\\{"service"`));
    expect((await told.next()).value).toContain("Store:");
    expect((await told.next()).value).toBe("1 pending. Watching; Ctrl-C ends.");
    await asking(transport, "other", { approvalType: "delete" });
    const { gate } = await asking(transport, "second", { requiredApprovals: 2 });
    expect(await next()).toMatch(
      new RegExp(`${time} requested +second +deploy +by deployer {2}\\{"service"`),
    );
    await gate.respondToApproval("second", { approved: true, responder: "ann", reason: "green" });
    expect(await next()).toMatch(/ voted +second +deploy +by ann: green$/);
    await gate.respondToApproval("second", { approved: false, responder: "bob", reason: hostile });
    const rejected = await next();
    expect(rejected).toMatch(/ rejected +second +deploy +by bob: /);
    expect(rejected).not.toMatch(acting);
    await gate.cancelApproval("first", "not needed");
    expect(await next()).toMatch(/ cancelled +first +deploy +by system: not needed$/);
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
  });

  it("--json: an object a line; a reader that goes away ends it quietly", async () => {
    const cwd = await newFolder();
    const transport = await openTransport(`sqlite:${cwd}/fleet.db`);
    onTestFinished(() => transport.close());
    await asking(transport, "first", { agentId: `agent${hostile}` });
    const args = ["approvals", "list", "--watch", "--json", "--url", "sqlite:fleet.db"];
    const { child, lines, told, exit } = startCli(args, cwd);
    const pending = (await lines.next()).value!;
    expect(pending).not.toMatch(acting);
    expect(JSON.parse(pending)).toMatchObject({
      transition: "pending",
      request_id: "first",
      agent_id: `agent${hostile}`,
      state: "pending",
      context: { version: 7 },
    });
    await asking(transport, "second");
    expect(JSON.parse((await lines.next()).value!)).toMatchObject({
      transition: "requested",
      request_id: "second",
    });
    child.stdout.destroy();
    await asking(transport, "third");
    expect(await exit).toEqual([0, null]);
    expect((await told.next()).done).toBe(true);
  });
});
