/** One question to a server of this machine: is there one, and is it a Redis? Without a client, which would go on trying. */
import { connect } from "node:net";

/** What came back, as it is on the wire; "" when nothing did; `undefined`: nobody listens there. */
export function askRedis(port: number, command: string, timeoutMs = 1000): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host: "127.0.0.1", port });
  let connected = false;
  let answer = "";
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  socket.setEncoding("utf8");
  socket.on("connect", () => {
    connected = true;
    socket.write(`${command}\r\n`);
  });
  socket.on("data", (text) => {
    answer += text;
    if (isWhole(answer)) socket.destroy();
  });
  socket.on("error", () => {}); // closed follows
  socket.on("close", () => {
    clearTimeout(timer);
    resolve(connected ? answer : undefined);
  });
  return promise;
}

/** A line, or a text whose length stands in front of it. What a stranger says ends with the time. */
function isWhole(answer: string): boolean {
  const [, length] = /^\$(\d+)\r\n/.exec(answer) ?? [];
  if (length === undefined) return /^[+-].*\r\n/.test(answer);
  return Buffer.byteLength(answer) >= Number(length) + length.length + 5;
}
