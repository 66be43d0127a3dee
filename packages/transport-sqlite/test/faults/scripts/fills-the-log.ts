/** Writes without a pause until it is told to stop. Only the newest entries are kept, so that the log grows and the file does not. */
import { openTransport } from "@attune/transport";
import type { FillingArgument, FillingReport } from "../filling.ts";
import { LoopWatch } from "../loop-watch.ts";

const { url, name, bytes } = JSON.parse(process.argv[2]!) as FillingArgument;
const transport = await openTransport(url);
let stopped = false;
for (const event of ["message", "disconnect"]) {
  process.once(event, () => {
    stopped = true;
  });
}
process.send!("ready");
const loop = new LoopWatch();
const data = JSON.stringify("x".repeat(bytes));
const timestamp = new Date().toISOString();
let appended = 0;
let failed = 0;
while (!stopped) {
  try {
    await transport.streams.append([{ eventType: name, timestamp, data, source: name, maxLength: 100 }]);
    appended++;
  } catch {
    failed++;
  }
}
process.send!({
  appended,
  failed,
  loop: loop.report(),
} satisfies FillingReport);
process.on("disconnect", () => process.exit());
await new Promise((resolve) => process.once("message", resolve));
const closingAt = performance.now();
await transport.close();
// Not yet: the end of a process closes what the transport might have left open.
process.once("message", () => process.disconnect());
process.send!(performance.now() - closingAt);
