/** Transports that say of their store what is not so. */
import type { StoreInfo } from "@attune/transport";
import { type BrokenTransports, neverSayAway, parts } from "./broken-transport.ts";
import type { Alter, TinySpace } from "./tiny-transport.ts";

/** Changes what the store says of itself. */
function said(change: (info: StoreInfo, space: TinySpace) => object): Alter {
  return (adapter, _, space) => ({
    ...adapter,
    info: async () => {
      const info = await adapter.info();
      return { ...info, ...change(info, space) };
    },
  });
}

const says = "a store says its product, and its version and its bytes where it can";
const ofAll = "the bytes, where they are told, are those of all prefixes";

export const brokenInfo: BrokenTransports = {
  "does not say which product it is": { alter: said(() => ({ product: "" })), failing: [says] },
  "has a version that is a number": { alter: said(() => ({ version: 7 })), failing: [says] },
  "gives an empty text for a version that it does not know": {
    alter: said(() => ({ version: "" })),
    failing: [says],
  },
  "gives its bytes as a text": {
    alter: said(({ bytes }) => ({ bytes: String(bytes) })),
    failing: [says],
  },
  "gives no number for bytes that it cannot read": {
    alter: said(() => ({ bytes: Number("none") })),
    failing: [says, ofAll],
  },
  "counts kilobytes": {
    alter: said(({ bytes }) => ({ bytes: Math.ceil(bytes! / 1024) })),
    failing: [ofAll],
  },
  "counts what lies under its own prefix": {
    alter: said((_, space) => ({ bytes: space.bytes })),
    failing: [ofAll],
  },
  "says what is free, not what is taken": {
    alter: said(({ bytes }) => ({ bytes: 2 ** 40 - bytes! })),
    failing: [ofAll],
  },
  "says that it takes nothing where it does not know": {
    alter: said(() => ({ bytes: 0 })),
    failing: [ofAll],
  },
  "remembers its bytes": {
    alter: parts(({ info }) => {
      let known: Promise<StoreInfo> | undefined;
      return { info: () => (known ??= info()) };
    }),
    failing: [ofAll],
  },
  "says of itself what it can while it is away": {
    alter: (adapter, host) => {
      neverSayAway(host);
      const unknown = { product: "tiny", version: null, bytes: null };
      return { ...adapter, info: () => adapter.info().catch(() => unknown) };
    },
    failing: [
      "what a store says of itself is never neutral: in an outage it rejects in time, without a warning",
    ],
  },
};
