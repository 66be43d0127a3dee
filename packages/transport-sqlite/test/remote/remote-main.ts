/** The process that holds transports for a test in another one. Started by `RemoteProcess`; nothing imports it. */
import { type Logger, openTransport, type Transport, type Watch } from "@attune/transport";
import type { FromRemote, Opened, Request, ToRemote } from "./messages.ts";
import { toSentError } from "./sent-error.ts";

/** How long something may keep this process alive after its transports are closed. A busy machine adds to it. */
const lingerMs = 5000;

const transports = new Map<number, Transport>();
const watches = new Map<number, Watch>();

process.on("message", (message: ToRemote) => {
  if (message.kind === "request") return void answer(message.call, message.request);
  watches.get(message.watch)?.close();
  watches.delete(message.watch);
});

// The test ended this process, or is gone itself.
process.on("disconnect", () => {
  const linger = setTimeout(() => {
    console.error("A process of remote transports is kept alive by:", process.getActiveResourcesInfo());
    process.exit(1);
  }, lingerMs);
  linger.unref();
  for (const transport of transports.values()) void transport.close();
});

function tell(message: FromRemote): void {
  if (process.connected) process.send!(message);
}

async function answer(call: number, request: Request): Promise<void> {
  try {
    tell({ kind: "result", call, result: await carryOut(request) });
  } catch (error) {
    tell({ kind: "error", call, error: toSentError(error) });
  }
}

function carryOut(request: Request): Promise<unknown> {
  switch (request.kind) {
    case "open":
      return open(request);
    case "operate": {
      const { facet, method, args } = request;
      const methods = transportOf(request)[facet] as unknown as Record<
        string,
        (...args: unknown[]) => Promise<unknown>
      >;
      return methods[method]!(...args);
    }
    case "watch": {
      const { watch: number, topics } = request;
      const watch = transportOf(request).bell.watch(topics, () => tell({ kind: "ring", watch: number }));
      watches.set(number, watch);
      return watch.ready;
    }
    case "info":
      return transportOf(request).info();
    case "close":
      return close(request.transport, transportOf(request));
  }
}

async function open({ transport: number, url, options }: Request & { kind: "open" }): Promise<Opened> {
  const log = (level: keyof Logger) => (message: string) =>
    tell({ kind: "log", transport: number, level, message });
  const logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
  const transport = await openTransport(url, { ...options, logger });
  transports.set(number, transport);
  transport.onStatus((status) => tell({ kind: "status", transport: number, status }));
  const { name, location, capabilities, status } = transport;
  return { name, location, capabilities, status };
}

async function close(number: number, transport: Transport): Promise<void> {
  await transport.close();
  transports.delete(number);
}

function transportOf({ transport: number }: { readonly transport: number }): Transport {
  const transport = transports.get(number);
  if (!transport) throw new Error(`There is no transport ${number} in this process.`);
  return transport;
}
