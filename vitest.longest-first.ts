/** The order of the test files: those that take longest first, so that none of them runs on alone in the end. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Parts of paths, longest first. Vitest itself knows only from an earlier run on this machine how long a file takes. */
const longest = [
  "transport-redis/test/conformance.test.ts",
  "heartbeat/test/faults/killed-agent.test.ts",
  "docs-examples/test/documents/documents.test.ts",
  "transport-sqlite/test/conformance.test.ts",
  "apps/demo/test/redis.test.ts",
  "apps/demo/test/processes.test.ts",
  "archive/test/sinks/jsonl.test.ts",
  "apps/demo/test/shared-store.test.ts",
  "apps/demo/test/demonstrations.test.ts",
  "streams/test/groups/",
  "transport-conformance/test/suite-notices.test.ts",
  "transport-conformance/test/tiny-transport.test.ts",
  "/test/faults/",
  "transport-sqlite/test/processes-conformance.test.ts",
  "transport-redis/test/mailboxes.test.ts",
  "heartbeat/test/watch-agents.test.ts",
  "cli/test/shell-scripts.test.ts",
  "apps/demo/test/",
  "heartbeat/test/losses.test.ts",
];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((part) => moduleId.includes(part));
  return rank < 0 ? longest.length : rank;
}

export class LongestFirst extends BaseSequencer {
  /** The others stay in vitest's order, each project's together. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => rankOf(one) - rankOf(other));
  }
}
