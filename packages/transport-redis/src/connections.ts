/** The connections of one transport: commands; one blocking reader and one subscriber once they are needed. */
import type { AdapterHost } from "@attune/transport";
import { Connection, type ConnectionEvents, type MakeClient } from "./connection.ts";

export class Connections {
  readonly location: string;
  readonly commands: Connection;
  readonly #host: AdapterHost;
  readonly #makeClient: MakeClient;
  readonly #onCommandsReady = new Set<() => void>();
  #reader: Connection | undefined;
  #readerId: Promise<number> | undefined;
  #subscriber: Connection | undefined;

  constructor(host: AdapterHost, makeClient: MakeClient, location: string) {
    this.#host = host;
    this.#makeClient = makeClient;
    this.location = location;
    this.commands = new Connection(host, makeClient, location, {
      onReady: () => {
        for (const listener of this.#onCommandsReady) listener();
        host.setAvailable(true);
      },
      onLost: (cause) => host.setAvailable(false, cause),
    });
  }

  /** For the one blocking read that may be under way. */
  get reader(): Connection {
    this.#reader ??= new Connection(this.#host, this.#makeClient, this.location, {
      onReady: (client) => {
        // A blocked connection cannot be asked any more: its id has to be known before.
        this.#readerId = client.client("ID") as Promise<number>;
        this.#readerId.catch(() => {}); // handled where it is used
      },
    });
    return this.#reader;
  }

  /** In subscriber mode: for the bell. */
  subscriber(events: ConnectionEvents): Connection {
    this.#subscriber ??= new Connection(this.#host, this.#makeClient, this.location, events);
    return this.#subscriber;
  }

  onCommandsReady(listener: () => void): void {
    this.#onCommandsReady.add(listener);
  }

  /** Ends the blocking read that the server is waiting in now, if it is in one. */
  async unblockReader(): Promise<void> {
    const reader = this.#reader;
    if (!reader?.ready) return;
    const { stream } = reader.client;
    try {
      await this.commands.readyClient.client("UNBLOCK", await this.#readerId!);
    } catch (cause) {
      // Not allowed to, or no command connection: a new connection ends the read as well.
      if (reader.client.stream === stream) reader.replace(new Error("a blocking read had to end", { cause }));
    }
  }

  close(): void {
    for (const connection of [this.commands, this.#reader, this.#subscriber]) connection?.close();
  }
}
