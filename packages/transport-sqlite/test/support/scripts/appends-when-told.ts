/** A process with a file open: appends what it is told to until it is stored, and tells when it is. */
import { setTimeout as pause } from "node:timers/promises";
import { openTransport, silentLogger } from "@attune/transport";

const transport = await openTransport(process.argv[2]!, { logger: silentLogger });

async function append(value: string): Promise<void> {
  const event = { eventType: "t", timestamp: "", data: JSON.stringify(value), source: "s", maxLength: 1000 };
  for (;;) {
    try {
      await transport.streams.append([event]);
      return;
    } catch {
      await pause(5);
    }
  }
}

process.on("message", (value: string) => {
  append(value).then(
    () => process.send!(value),
    (error: unknown) => process.send!(String(error)),
  );
});
process.on("disconnect", () => void transport.close());
process.send!("ready");
