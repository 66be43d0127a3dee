/** The mailboxes facet as features get it: arguments checked, each call settled in time, late takes undone. */
import { checkInteger, checkName, checkToken, describe, maxTtlMs } from "./arguments.ts";
import { checkOpaqueText } from "./check-opaque-text.ts";
import type {
  ListRequest,
  MailboxStore,
  MessageSelector,
  PostRequest,
  TakeRequest,
  Wanted,
} from "./contract/mailboxes.ts";
import { AttuneError, isStoreFailure } from "./errors.ts";
import type { PayloadLimits } from "./json.ts";
import type { RunOperation } from "./operations.ts";

const maxCount = 100_000;
/** Of so many agents at most, and of each so many, receipts wait to be told of as arrived; others are kept by the store for their time. */
const maxArrived = { agents: 10_000, receipts: 100 };

export interface CheckedMailboxesHost {
  readonly run: RunOperation;
  readonly limits: PayloadLimits;
  /** A take failed and may have taken all the same, or could not be undone yet. */
  takeFailed(agent: string, receipt: string): void;
}

export function checkedMailboxes(
  store: MailboxStore,
  { run, limits, takeFailed }: CheckedMailboxesHost,
): MailboxStore {
  /** By agent: receipts whose messages have arrived, to be told with the next take. */
  const arrived = new Map<string, string[]>();
  const noteArrival = (agent: string, receipt: string): void => {
    const receipts = arrived.get(agent);
    if (receipts) {
      if (receipts.length < maxArrived.receipts) receipts.push(receipt);
      return;
    }
    // The agent that has been silent longest makes room: it may never take again.
    if (arrived.size >= maxArrived.agents) arrived.delete(arrived.keys().next().value!);
    arrived.set(agent, [receipt]);
  };

  return {
    async post(request: PostRequest) {
      checkToken("id", request.id);
      if (request.target !== null) checkName("target", request.target);
      checkName("type", request.type);
      checkName("source", request.source);
      checkInteger("ttlMs", request.ttlMs, 1, maxTtlMs);
      checkInteger("maxPending", request.maxPending, 1, maxCount);
      checkOpaqueText("body", request.body, limits);
      return run("post", () => store.post(request));
    },

    async take(request: TakeRequest) {
      checkName("agent", request.agent);
      checkToken("receipt", request.receipt);
      checkWanted(request.wanted);
      const { agent, receipt } = request;
      let sent = false;
      try {
        const messages = await run("take", () => {
          sent = true;
          // Not this one itself, should it be asked for again.
          const told = arrived.get(agent)?.filter((known) => known !== receipt);
          arrived.delete(agent);
          return store.take(told ? { ...request, arrived: told } : request);
        });
        if (messages.length > 0) noteArrival(agent, receipt);
        return messages;
      } catch (error) {
        if (sent && isStoreFailure(error)) takeFailed(agent, receipt);
        throw error;
      }
    },

    async restore(agent: string, receipt: string) {
      checkName("agent", agent);
      checkToken("receipt", receipt);
      try {
        await run("restore", () => store.restore(agent, receipt));
      } catch (error) {
        if (isStoreFailure(error)) takeFailed(agent, receipt);
        throw error;
      }
    },

    async list(request: ListRequest) {
      checkName("agent", request.agent);
      checkSelector(request.selector);
      checkInteger("count", request.count, 1, maxCount);
      return run("list", () => store.list(request));
    },

    async clear(agent: string, selector: MessageSelector) {
      checkName("agent", agent);
      checkSelector(selector);
      return run("clear", () => store.clear(agent, selector));
    },
  };
}

function checkSelector(selector: MessageSelector): void {
  if (typeof selector !== "object" || selector === null) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      `A selector must be an object, not ${describe(selector)}.`,
      {
        details: { argument: "selector" },
      },
    );
  }
  const { type, source } = selector;
  if (type !== undefined) checkName("type", type);
  if (source !== undefined) checkName("source", source);
}

function checkWanted(wanted: Wanted): void {
  if (typeof wanted !== "object" || wanted === null) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `wanted must be an object, not ${describe(wanted)}.`, {
      details: { argument: "wanted" },
    });
  }
  const selectors = "eachOf" in wanted ? wanted.eachOf : wanted.anyOf;
  if (!Array.isArray(selectors) || selectors.length === 0 || selectors.length > 1000) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "A take wants 1 to 1000 selectors.", {
      details: { argument: "wanted" },
    });
  }
  for (const selector of selectors) checkSelector(selector);
  if ("anyOf" in wanted) checkInteger("count", wanted.count, 1, 1000);
}
