/** Starts a terminal, says of which processes it consists, and waits to be killed. */
import { startTerminal } from "../../src/index.ts";

const terminal = await startTerminal({ command: ["sh", "-c", "echo pid $$; exec cat"] });
const screen = await terminal.until(([line]) => /^pid \d+/.test(line!), "the pid");
console.log(JSON.stringify({ pids: [terminal.pid, Number(screen[0]!.slice(4))] }));
setInterval(() => {}, 60_000);
