/** A small full-screen program: says its size and its keys, and leaves at q; at x it dies without tidying up. */
const out = process.stdout;
const draw = (what) => out.write(`\u001b[2J\u001b[H\u001b[32m${what}\u001b[0m`);
const size = () => draw(`${out.columns}x${out.rows}`);
out.write("\u001b[?1049h\u001b[?25l\u001b[?2004h");
process.stdin.setRawMode(true);
out.on("resize", size);
size();
process.stdin.on("data", (data) => {
  const key = data.toString();
  if (key === "x") process.kill(process.pid, "SIGKILL");
  if (key !== "q") return draw(`key ${JSON.stringify(key)}`);
  process.stdin.setRawMode(false);
  out.write("\u001b[?2004l\u001b[?25h\u001b[?1049lgone\n", () => process.exit(3));
});
