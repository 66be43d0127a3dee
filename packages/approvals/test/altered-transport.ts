/** A transport whose calls are carried out and then not answered, or not carried out at all, as a test says. */
import {
  AttuneError,
  type RecordStore,
  type StreamStore,
  type Transport,
  transportWith,
} from "@attune/transport";

export interface Faults {
  /** How many of the next puts are carried out, and their answers lost. */
  losePuts: number;
  /** The same for appends to streams. */
  loseAppends: number;
  refuseAppends: boolean;
  /** Puts are refused, though the store is there: a full one, or a replica. */
  refusePuts: boolean;
  puts: number;
  gets: number;
  lists: number;
}

export function altered(transport: Transport): { readonly transport: Transport; readonly faults: Faults } {
  const faults: Faults = {
    losePuts: 0,
    loseAppends: 0,
    refuseAppends: false,
    refusePuts: false,
    puts: 0,
    gets: 0,
    lists: 0,
  };
  const { records, streams } = transport;
  const lost = () => new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The answer was lost.");
  const alteredRecords: RecordStore = {
    ...records,
    get: (...args) => {
      faults.gets++;
      return records.get(...args);
    },
    list: (request) => {
      // Publishers look for trim holds once in a while, whatever is done with approvals.
      if (request.bucket !== "trim-holds") faults.lists++;
      return records.list(request);
    },
    put: async (request) => {
      faults.puts++;
      if (faults.refusePuts) throw new AttuneError("ATTUNE_STORE_REFUSED", "The store is full.");
      const outcome = await records.put(request);
      if (faults.losePuts > 0 && faults.losePuts--) throw lost();
      return outcome;
    },
  };
  const alteredStreams: StreamStore = {
    ...streams,
    append: async (requests) => {
      if (faults.refuseAppends) throw lost();
      const ids = await streams.append(requests);
      if (faults.loseAppends > 0 && faults.loseAppends--) throw lost();
      return ids;
    },
  };
  return {
    transport: transportWith(transport, { records: alteredRecords, streams: alteredStreams }),
    faults,
  };
}
