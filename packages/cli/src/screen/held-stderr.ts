/** What is written to stderr while the whole screen is drawn on, kept for afterwards: it would stand in the picture. */
import type { OutputStream } from "../session/output.ts";

/** The first so many characters of it; whoever wants all redirects stderr. */
const most = 100_000;

/** `onText`: something was written. The result ends the holding, and writes it. */
export function holdStderr(stream: OutputStream, onText: (text: string) => void): Disposable {
  if (!stream.isTTY) return { [Symbol.dispose]: () => {} };
  const write = stream.write;
  let held = "";
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    if (held.length < most) held += text;
    onText(text);
    const done = rest.find((each) => typeof each === "function");
    if (done) queueMicrotask(() => done());
    return true;
  };
  return {
    [Symbol.dispose]() {
      stream.write = write;
      if (held !== "") stream.write(held);
    },
  };
}
