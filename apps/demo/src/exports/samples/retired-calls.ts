/** What was renamed. The old ones are kept below for whoever looks for them. */

/*
export function sendAll(messages: readonly string[]): void {
  for (const message of messages) send(message);
}

export function sendOne(message: string): void {
  send(message);
}

export class Sender {
  readonly send = sendOne;
}
*/

const renamed = { sendAll: "broadcast", sendOne: "signal", Sender: "Signals" };

export { renamed as retiredCalls };
