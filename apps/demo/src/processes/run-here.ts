/** Runs a part in the demonstration's own process, on its transport. */
import { endedUnready, type Part, type PartHost, type RunningPart } from "./part.ts";
import { toldOnce } from "./told-once.ts";

export function runHere<Input, Output, Told, Ready>(
  part: Part<Input, Output, Told, Ready>,
  input: Input,
  { transport, print, ending }: PartHost,
): RunningPart<Output, Told, Ready> {
  const place = "this process";
  const killed = new AbortController();
  const signal = AbortSignal.any([ending, killed.signal]);
  const { told, tell } = toldOnce<Told>(signal);
  const ready = Promise.withResolvers<Ready>();
  ready.promise.catch(() => {}); // who does not wait for it looks at the result
  const result = part.run({ transport, say: print, ready: ready.resolve, told, ending: signal }, input);
  result.then(() => ready.reject(endedUnready(part.name, place)), ready.reject);
  return {
    processId: null,
    place,
    ready: ready.promise,
    result,
    tell,
    async kill() {
      killed.abort();
      await result;
    },
  };
}
