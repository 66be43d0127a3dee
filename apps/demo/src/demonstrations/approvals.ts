/** Approvals: agents ask before they delete files; others answer from another process, and only what they approve is deleted. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApprovalGate } from "@attune/approvals";
import { AgentIds } from "../agent-ids.ts";
import { copyOwnFiles, listFiles } from "../approvals/file-list.ts";
import { FollowedApprovals } from "../approvals/followed-approvals.ts";
import { keepMs } from "../approvals/keep-ms.ts";
import { deadlineMs } from "../deadline.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { type Cleared, type Clearing, janitor } from "../parts/janitor.ts";
import { type Answer, responders } from "../parts/responders.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";

/** Each asks for the files of a folder of its own; named after what becomes of it. */
const decided = ["approved", "rejected", "shortened", "two-of-three", "refused-by-one"] as const;
const unanswered = "unanswered";
const orphaned = "orphaned";
const requests = [orphaned, ...decided, unanswered] as const;
type Request = (typeof requests)[number];

const filesPerFolder = 4;
/** Of them, approved in the request that is shortened. */
const kept = 2;
const unansweredMs = 300;
const people = ["ann", "bob", "cleo"] as const;
const [ann, bob, cleo] = people;

export const approvals: Demonstration = {
  name: "approvals",
  summary:
    "agents ask before they delete files: approved, rejected, shortened, unanswered, two of three, a crash",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  // Before the rest, to be removed after it: when no process is left that could be at work in it.
  await using folders = await foldersOf(requests);
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  const { run } = ids;
  const clearing = (request: Request, more: Partial<Clearing> = {}): Clearing => ({
    requestId: ids.idOf(request),
    folder: folders.of(request),
    timeoutMs: deadlineMs,
    ...more,
  });
  await using gate = new ApprovalGate({ transport, keepMs });
  const followed = await FollowedApprovals.start(transport, ids, (line) => steps.say(line), ending);
  const answering = parts.start(responders, { run });
  const doomed = parts.start(janitor, { run, name: "doomed", atOnce: [clearing(orphaned)], doomed: true });
  steps.say(
    `Two agents ask to delete copies of our own files, ${filesPerFolder} in each folder; one of them will not live to see the answer.`,
  );
  steps.say("What a consumer of approval_audit sees of it:");
  await followed.arrived(1);
  const ofSome = { requiredApprovals: 2, allowedResponders: people };
  const asking = parts.start(janitor, {
    run,
    name: "janitor",
    atOnce: decided.map((request) => clearing(request, request in needsTwo ? ofSome : {})),
    afterwards: [clearing(unanswered, { timeoutMs: unansweredMs })],
  });
  await Promise.all([answering.ready, followed.arrived(1 + decided.length)]);
  steps.say(
    whoIsWhere([
      ["the doomed", doomed],
      ["the janitor", asking],
      ["those who answer", answering],
    ]),
  );
  await doomed.kill();
  doomed.result.catch(() => {}); // it was killed
  steps.say("The doomed is killed. Those who answer look at what is pending, and answer:");
  const expected = answersOf(ids);
  answering.tell(expected.map(([answer]) => answer));
  const answered = await answering.result;
  const leftBehind = await folders.left(orphaned);
  const heir = parts.start(janitor, { run, name: "heir", atOnce: [clearing(orphaned)], attaches: true });
  steps.say(`Its heir attaches to its request${parts.apart ? `, in ${heir.place}` : ""}.`);
  const [inherited] = await heir.result;
  const cleared = await asking.result;
  const late = await gate.respondToApproval(ids.idOf(unanswered), {
    approved: true,
    responder: ann,
    reason: "sorry, I was at lunch",
    ...(await digestOf(gate, ids.idOf(unanswered))),
  });
  await followed.end(Object.values(transitionsOf).flat().length);
  if (interruption.aborted) {
    await gate.cancelApproval(ids.idOf(orphaned), "the demonstration was interrupted");
    return 130;
  }

  steps.say("");
  steps.check(
    "what was pending was listed in the process of those who answer, oldest first",
    answered.listed,
    [orphaned, ...decided].map((request) => ids.idOf(request)),
  );
  steps.check(
    "each answer was told whether it counts: not the second, the agent's own, a stranger's, one given twice",
    answered.told.map(({ accepted, state, refusal }) => [accepted, state, refusal]),
    expected.map(([, told]) => told),
  );
  const of = (request: Request) => cleared[[...decided, unanswered].indexOf(request)];
  const decisionOf = (request: Request, one: Cleared | undefined = of(request)) => [
    one?.answer?.state,
    one?.answer?.responder,
    one?.answer?.edited,
  ];
  steps.check(
    "approved: all of it was deleted",
    [decisionOf("approved"), await folders.left("approved")],
    [["approved", ann, false], []],
  );
  steps.check(
    "rejected: nothing was",
    [decisionOf("rejected"), await folders.left("rejected")],
    [["rejected", bob, false], folders.names],
  );
  steps.check(
    `shortened: of ${filesPerFolder} files ${kept} were approved, and only those were deleted`,
    [decisionOf("shortened"), await folders.left("shortened")],
    [["approved", cleo, true], folders.names.slice(kept)],
  );
  steps.check(
    "two of three: the second approval decided",
    [decisionOf("two-of-three"), await folders.left("two-of-three")],
    [["approved", cleo, false], []],
  );
  steps.check(
    "refused by one of three: one no was enough",
    [decisionOf("refused-by-one"), await folders.left("refused-by-one")],
    [["rejected", bob, false], folders.names],
  );
  steps.check(
    `unanswered for ${unansweredMs} ms: nothing was deleted`,
    [decisionOf(unanswered), await folders.left(unanswered)],
    [["timeout", "system", false], folders.names],
  );
  steps.check("who answered after that was told so", late, {
    accepted: false,
    state: "timeout",
    refusal: "decided",
  });
  steps.check(
    "orphaned: approved while nobody was there, and nothing was deleted",
    leftBehind,
    folders.names,
  );
  steps.check(
    "another agent attached to the request, got that answer, and deleted the files",
    [decisionOf(orphaned, inherited), await folders.left(orphaned)],
    [["approved", ann, false], []],
  );
  steps.check(
    "every transition was followed live, each once",
    Object.fromEntries(followed.transitions),
    transitionsOf,
  );
  return steps.conclude();
}

const needsTwo = { "two-of-three": true, "refused-by-one": true };

const transitionsOf: Readonly<Record<Request, readonly string[]>> = {
  approved: ["requested", "approved"],
  rejected: ["requested", "rejected"],
  shortened: ["requested", "approved"],
  "two-of-three": ["requested", "voted", "approved"],
  "refused-by-one": ["requested", "voted", "rejected"],
  unanswered: ["requested", "timeout"],
  orphaned: ["requested", "approved"],
};

/** What is answered, and what is to be told of it. */
function answersOf(ids: AgentIds): readonly (readonly [Answer, readonly unknown[]])[] {
  const yes = (request: Request, responder: string, reason: string, more: Partial<Answer> = {}): Answer => ({
    requestId: ids.idOf(request),
    approved: true,
    responder,
    reason,
    ...more,
  });
  const no = { approved: false };
  return [
    [yes("approved", ids.idOf("janitor"), "trust me"), [false, "pending", "self"]],
    [yes("approved", ann, "copies"), [true, "approved", null]],
    [yes("approved", bob, "I would keep them", no), [false, "approved", "decided"]],
    [yes("rejected", bob, "still needed", no), [true, "rejected", null]],
    [yes("shortened", cleo, "these two only", { keep: kept }), [true, "approved", null]],
    [yes("two-of-three", ann, "copies"), [true, "pending", null]],
    [yes("two-of-three", ann, "once more"), [false, "pending", "voted"]],
    [yes("two-of-three", "mallory", "let me"), [false, "pending", "not-allowed"]],
    [yes("two-of-three", cleo, "copies"), [true, "approved", null]],
    [yes("refused-by-one", ann, "copies"), [true, "pending", null]],
    [yes("refused-by-one", bob, "not these", no), [true, "rejected", null]],
    [yes("orphaned", ann, "copies"), [true, "approved", null]],
  ];
}

async function digestOf(gate: ApprovalGate, requestId: string) {
  const request = await gate.getApproval(requestId);
  return request ? { digest: request.digest } : {};
}

/** A folder with files for each request, all of which go in the end. */
async function foldersOf(all: readonly Request[]) {
  const root = await mkdtemp(join(tmpdir(), "attune-demo-"));
  const of = (request: Request) => join(root, request);
  await copyOwnFiles(filesPerFolder, all.map(of));
  const left = async (request: Request) => (await listFiles(of(request))).files.map(({ name }) => name);
  return {
    of,
    /** Names of the files that are there. */
    left,
    /** Of those that were there in the beginning, the same in each. */
    names: await left(all[0]!),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
