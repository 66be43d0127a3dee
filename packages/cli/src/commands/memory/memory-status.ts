/** `attune memory status`. */
import { existsSync } from "node:fs";
import { ApprovalGate } from "@attune/approvals";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import type { StoreInfo, Transport } from "@attune/transport";
import type { Session } from "../../session/session.ts";
import { shownUrl } from "../../store/shown-url.ts";
import { bytesText } from "../../text/bytes.ts";

interface Status extends StoreInfo {
  readonly url: string;
  readonly chosenBy: string;
  readonly reachable: boolean;
  /** `null`: it could not be asked. */
  readonly agents: number | null;
  readonly streams: number | null;
  readonly pendingApprovals: number | null;
}

/** A store that cannot be reached is told, and is an error all the same. */
export async function memoryStatus(session: Session): Promise<void> {
  const { url, chosenBy, file } = await session.store();
  const nothing = {
    product: null,
    version: null,
    bytes: null,
    agents: null,
    streams: null,
    pendingApprovals: null,
  };
  const store = { url: shownUrl(url), chosenBy };
  let transport: Transport;
  try {
    transport = await session.openExisting();
  } catch (error) {
    if (!/^memory:/i.test(url)) print(session, { ...store, ...nothing, reachable: false });
    throw error;
  }
  if (file !== undefined && !existsSync(file)) {
    const empty = { product: "SQLite", version: null, bytes: 0, agents: 0, streams: 0, pendingApprovals: 0 };
    return print(session, { ...store, ...empty, reachable: true });
  }
  try {
    print(session, { ...store, ...(await lookInto(transport)), reachable: true });
  } catch (error) {
    print(session, { ...store, ...nothing, reachable: false });
    throw error;
  }
}

async function lookInto(transport: Transport) {
  await using heartbeat = new HeartbeatCoordinator({ transport });
  await using gate = new ApprovalGate({ transport });
  const [info, agents, types, approvals] = await Promise.all([
    transport.info(),
    heartbeat.countActiveAgents(),
    new EventStreamer({ transport }).listEventTypes(),
    gate.getPendingApprovals(),
  ]);
  return { ...info, agents, streams: types.length, pendingApprovals: approvals.length };
}

type Shown = Omit<Status, "product"> & { readonly product: string | null };

function print({ stdout, json }: Session, status: Shown): void {
  const { url, chosenBy, reachable, product, version, bytes, agents, streams, pendingApprovals } = status;
  if (json) {
    stdout.json({
      url,
      chosen_by: chosenBy,
      reachable,
      product,
      version,
      bytes,
      agents,
      streams,
      pending_approvals: pendingApprovals,
    });
    return;
  }
  const fields: readonly (readonly [name: string, value: string | number | null])[] = [
    ["store", url],
    ["chosen by", chosenBy],
    ["reachable", reachable ? "yes" : "no"],
    ["product", product === null ? null : `${product}${version === null ? "" : ` ${version}`}`],
    ["size", bytes === null ? null : bytesText(bytes)],
    ["agents", agents],
    ["streams", streams],
    ["pending approvals", pendingApprovals],
  ];
  stdout.fields(fields.flatMap(([name, value]) => (value === null ? [] : [{ name, value: String(value) }])));
}
