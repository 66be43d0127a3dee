/** A limit for what takes too long. What is late is not lost: it is handed to `late`, to be cleared up. */
import { sinkUnavailable } from "../../sink-errors.ts";

export function within<T>(ms: number, what: string, work: Promise<T>, late: (result: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(sinkUnavailable(`${what} within ${ms} ms`));
    }, ms);
    work.then(
      (result) => {
        clearTimeout(timer);
        if (isLate) late(result);
        else resolve(result);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
