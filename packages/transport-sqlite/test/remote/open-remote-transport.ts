/**
 * A transport that lives in another process: every operation is carried out there, and comes back with its result or
 * its error. The suite, which runs in one process, so sees what several make of one store.
 */
import {
  type AdapterHost,
  createTransport,
  defaultLogger,
  type GroupStore,
  type MailboxStore,
  type RecordStore,
  type StoreInfo,
  type StreamStore,
  type Transport,
  type TransportAdapter,
  type TransportOptions,
  type Watch,
} from "@attune/transport";
import type { FacetName, Opened } from "./messages.ts";
import type { RemoteProcess } from "./remote-process.ts";

/** Opens a transport in the other process. */
export async function openRemoteTransport(
  process: RemoteProcess,
  url: string,
  options: TransportOptions = {},
): Promise<Transport> {
  const { logger = defaultLogger, clock, ...sent } = options;
  if (clock) throw new Error("A clock cannot be sent to another process.");
  const number = process.newNumber();
  let status: Opened["status"] | undefined;
  let tellHost = () => {};
  process.listen(number, {
    log: (level, message) => logger[level](message),
    status: (now) => {
      status = now;
      tellHost();
    },
  });
  try {
    const opened = await process.request<Opened>({ kind: "open", transport: number, url, options: sent });
    status ??= opened.status;
    return await createTransport((host) => {
      tellHost = () => {
        if (status !== "connecting") host.setAvailable(status === "available");
      };
      return remoteAdapter(host, process, number, opened, tellHost);
    }, options);
  } catch (error) {
    process.stopListening(number);
    throw error;
  }
}

function remoteAdapter(
  host: AdapterHost,
  process: RemoteProcess,
  transport: number,
  { name, location, capabilities }: Opened,
  tellHost: () => void,
): TransportAdapter {
  const release = host.keepsProcessAlive ? process.hold() : () => {};

  /** A facet that is carried out in the other process. The type has to name every method, and no other. */
  const forwarded = <Facet>(facet: FacetName, methods: { readonly [Method in keyof Facet]: true }): Facet => {
    const forward = (method: string) => [
      method,
      (...args: unknown[]) => process.request({ kind: "operate", transport, facet, method, args }),
    ];
    return Object.fromEntries(Object.keys(methods).map(forward)) as Facet;
  };

  const streams = forwarded<StreamStore>("streams", {
    append: true,
    read: true,
    range: true,
    states: true,
    list: true,
    trim: true,
    trimBefore: true,
    delete: true,
  });

  return {
    name,
    location,
    capabilities,
    streams: {
      ...streams,
      // An interrupt ends the waiting of reads that wait in the store. Signals cannot be sent.
      read: (after, { count, blockMs }) => streams.read(after, { count, blockMs }),
    },
    groups: forwarded<GroupStore>("groups", {
      create: true,
      read: true,
      claim: true,
      acknowledge: true,
      extend: true,
      handBack: true,
      pending: true,
      states: true,
      leave: true,
      delete: true,
    }),
    mailboxes: forwarded<MailboxStore>("mailboxes", {
      post: true,
      take: true,
      restore: true,
      list: true,
      clear: true,
    }),
    records: forwarded<RecordStore>("records", {
      put: true,
      get: true,
      list: true,
      count: true,
      delete: true,
      claimExpired: true,
      settleExpired: true,
    }),
    bell: {
      watch(topics, ring): Watch {
        const watch = process.newNumber();
        process.onRing(watch, ring);
        const ready = process.request<void>({ kind: "watch", transport, watch, topics });
        ready.catch(() => {}); // for whom it concerns; a watch may be closed without anybody having looked
        return { ready, close: () => process.unwatch(watch) };
      },
    },
    opened: async () => tellHost(),
    info: () => process.request<StoreInfo>({ kind: "info", transport }),
    async close() {
      try {
        await process.request({ kind: "close", transport });
      } finally {
        process.stopListening(transport);
        release();
      }
    },
  };
}
