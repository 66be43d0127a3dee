/**
 * A transport that tells what it was asked, but for the look at trim holds that publishers take once in five seconds, however
 * many runs a process has.
 */
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
          const first = args[0] as { readonly bucket?: unknown } | undefined;
          if (first?.bucket !== "trim-holds") calls.push(`${name}.${String(key)}`);
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
