/** A transport on the memory of this process. */
import {
  type AdapterHost,
  AttuneError,
  createTransport,
  type Transport,
  type TransportAdapter,
  type TransportOptions,
} from "@attune/transport";
import { MemoryStore } from "./memory-store.ts";

export interface MemoryTransportOptions extends TransportOptions {
  /** The memory to use; transports on the same one see each other. Default: one of its own. */
  readonly store?: MemoryStore;
}

const namedStores = new Map<string, MemoryStore>();

/** Makes a transport that lives in this process. */
export function createMemoryTransport({
  store,
  ...options
}: MemoryTransportOptions = {}): Promise<Transport> {
  const memory = store ?? new MemoryStore({ clock: options.clock });
  return createTransport((host) => memoryAdapter(host, memory), options);
}

/**
 * What `openTransport("memory:…")` calls. `memory:` is a store of its own; `memory:NAME` is shared, within this
 * process, by everybody who names it.
 */
export async function openTransport(url: string, options: TransportOptions = {}): Promise<Transport> {
  const name = storeNameOf(url);
  let store: MemoryStore | undefined;
  if (name !== "") {
    store = namedStores.get(name) ?? new MemoryStore({ name });
    namedStores.set(name, store);
  }
  return createMemoryTransport(store ? { ...options, store } : options);
}

/** Empty for a store of one's own. Throws `ATTUNE_URL_INVALID`. */
export function storeNameOf(url: string): string {
  const name = /^memory:(.*)$/is.exec(url)?.[1];
  if (name !== undefined && !name.startsWith("/")) return name;
  throw new AttuneError("ATTUNE_URL_INVALID", "A memory transport's URL is memory: or memory:NAME.");
}

function memoryAdapter(host: AdapterHost, store: MemoryStore): TransportAdapter {
  const stop = store.onAvailable((available) => host.setAvailable(available));
  const { streams, groups, mailboxes, records, bell } = store.space(host.prefix);
  return {
    name: "memory",
    location: `memory:${store.name}`,
    capabilities: { sharedBy: "process", blockingRead: false, exactGaps: true },
    streams,
    groups,
    mailboxes,
    records,
    bell,
    info: async () => store.info(),
    opened: async () => host.setAvailable(store.available),
    close: async () => stop(),
  };
}
