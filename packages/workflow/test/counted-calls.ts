/** A transport that tells what it was asked. */
import { type Transport, transportWith } from "@attune/transport";

export interface CountedCalls {
  readonly transport: Transport;
  /** `records.put`, `streams.append`, … in order. */
  readonly calls: string[];
}

export function countedCalls(transport: Transport): CountedCalls {
  const calls: string[] = [];
  const counted = <Facet extends object>(name: string, facet: Facet): Facet =>
    new Proxy(facet, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          calls.push(`${name}.${String(key)}`);
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    });
  const { streams, mailboxes, records } = transport;
  return {
    calls,
    transport: transportWith(transport, {
      streams: counted("streams", streams),
      mailboxes: counted("mailboxes", mailboxes),
      records: counted("records", records),
    }),
  };
}
