/** `transportConformance`: registers the whole suite for one transport, a file of this folder per concern. */
import type { Transport, TransportOptions } from "@attune/transport";
import { describe, it } from "vitest";
import { badArguments } from "./arguments.ts";
import { bell } from "./bell.ts";
import { bellTopics } from "./bell-topics.ts";
import { blockingRead } from "./blocking-read.ts";
import type { Concern } from "./concerns.ts";
import { follow } from "./follow.ts";
import { followCursor } from "./follow-cursor.ts";
import { followGaps } from "./follow-gaps.ts";
import { followSharing } from "./follow-sharing.ts";
import { groupsArguments } from "./groups-arguments.ts";
import { groupsClaim } from "./groups-claim.ts";
import { groupsNames } from "./groups-names.ts";
import { groupsOutage } from "./groups-outage.ts";
import { groupsRead } from "./groups-read.ts";
import { groupsSettle } from "./groups-settle.ts";
import { groupsTrim } from "./groups-trim.ts";
import { info } from "./info.ts";
import { lifecycle } from "./lifecycle.ts";
import { mailboxesArguments } from "./mailboxes-arguments.ts";
import { mailboxesBroadcast } from "./mailboxes-broadcast.ts";
import { mailboxesExpiry } from "./mailboxes-expiry.ts";
import { mailboxesListClear } from "./mailboxes-list-clear.ts";
import { mailboxesNames } from "./mailboxes-names.ts";
import { mailboxesOutage } from "./mailboxes-outage.ts";
import { mailboxesPost } from "./mailboxes-post.ts";
import { mailboxesRace } from "./mailboxes-race.ts";
import { mailboxesReceipts } from "./mailboxes-receipts.ts";
import { mailboxesRestore } from "./mailboxes-restore.ts";
import { mailboxesTake } from "./mailboxes-take.ts";
import { mailboxesWait } from "./mailboxes-wait.ts";
import { names } from "./names.ts";
import { outage } from "./outage.ts";
import { outageFollow } from "./outage-follow.ts";
import { payloads } from "./payloads.ts";
import { recordsArguments } from "./records-arguments.ts";
import { recordsClaim } from "./records-claim.ts";
import { recordsConditions } from "./records-conditions.ts";
import { recordsExcuse } from "./records-excuse.ts";
import { recordsFencing } from "./records-fencing.ts";
import { recordsLease } from "./records-lease.ts";
import { recordsList } from "./records-list.ts";
import { recordsNames } from "./records-names.ts";
import { recordsPut } from "./records-put.ts";
import { recordsSettle } from "./records-settle.ts";
import { restart } from "./restart.ts";
import { streamsAppend } from "./streams-append.ts";
import { streamsIdempotency } from "./streams-idempotency.ts";
import { streamsManage } from "./streams-manage.ts";
import { streamsRange } from "./streams-range.ts";
import { streamsRead } from "./streams-read.ts";
import { Suite } from "./suite.ts";

export interface ConformanceSetup {
  /** Which transport this is, as a heading of the report. */
  readonly name: string;
  /**
   * Opens a transport with these options, unchanged. Every test passes a `prefix` of its own and expects nothing under
   * it; two transports with the same prefix have to see the same entries. The suite closes what it opened.
   */
  open(options?: TransportOptions): Promise<Transport>;
  /**
   * Opens one without helpers in this process (a proxy, a client of the test's): for the tests of what keeps a process
   * alive, which would count the helpers' sockets. Default: `open`.
   */
  openAlone?(options?: TransportOptions): Promise<Transport>;
  /**
   * Makes the store unreachable for this transport (a stopped proxy, a frozen server); the result makes it reachable
   * again, with everything that was stored. Left out: the tests of outages are left out.
   */
  outage?(transport: Transport): Promise<() => Promise<void>>;
  /** Restarts the store of this transport with what it holds. Left out: the tests of restarts are left out. */
  restart?(transport: Transport): Promise<void>;
  /** True when `open` gives transports wrapped by `withDegradation`: outages then give neutral values and warnings. */
  readonly degraded?: boolean;
  /**
   * Only these parts of the suite. Default: all. For a second run of a transport that has passed everything once, in
   * another form, of what that form has a part in: `degradedConcerns`, or what a second client library decodes.
   */
  readonly concerns?: readonly Concern[];
  /** Tests not to run, each with the reason, by their names. A name that no test has is an error. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** Registers the suite's tests with vitest. Call it at the top of a test file, once per transport. */
export function transportConformance(setup: ConformanceSetup): void {
  const suite = new Suite(setup);
  suite.checkConcerns();
  describe(`${setup.name} conforms`, () => {
    registerAll(suite);
    // A test, since what is described above may be registered only after this function has returned.
    it("has every test that the setup skips", () => suite.checkSkips());
  });
}

/** All concerns, one after the other. */
export function registerAll(suite: Suite): void {
  streamsAppend(suite);
  streamsIdempotency(suite);
  streamsRead(suite);
  streamsRange(suite);
  streamsManage(suite);
  groupsRead(suite);
  groupsSettle(suite);
  groupsClaim(suite);
  groupsTrim(suite);
  mailboxesPost(suite);
  mailboxesTake(suite);
  mailboxesRace(suite);
  mailboxesBroadcast(suite);
  mailboxesReceipts(suite);
  mailboxesRestore(suite);
  mailboxesExpiry(suite);
  mailboxesListClear(suite);
  mailboxesWait(suite);
  recordsPut(suite);
  recordsConditions(suite);
  recordsFencing(suite);
  recordsLease(suite);
  recordsClaim(suite);
  recordsSettle(suite);
  recordsExcuse(suite);
  recordsList(suite);
  names(suite);
  groupsNames(suite);
  mailboxesNames(suite);
  recordsNames(suite);
  payloads(suite);
  badArguments(suite);
  groupsArguments(suite);
  mailboxesArguments(suite);
  recordsArguments(suite);
  bell(suite);
  bellTopics(suite);
  blockingRead(suite);
  follow(suite);
  followCursor(suite);
  followGaps(suite);
  followSharing(suite);
  info(suite);
  lifecycle(suite);
  outage(suite);
  outageFollow(suite);
  groupsOutage(suite);
  mailboxesOutage(suite);
  restart(suite);
}
