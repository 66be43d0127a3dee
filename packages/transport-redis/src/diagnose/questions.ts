/** Asks a server one thing after the other, each answered within a time, on a connection that is made once. */
import type { DiagnoseOptions } from "@attune/transport";
import type { Redis } from "ioredis";
import { forgetCommand } from "../redis-errors.ts";
import type { Server } from "../server-of-url.ts";

/** The connection could not be made, or is gone, or silent. */
class NoAnswer extends Error {}

export class Questions {
  readonly location: string;
  readonly options: DiagnoseOptions;
  /** As the URL names them. The password is for AUTH and nothing else. */
  readonly credentials: { readonly user: string; readonly password: string | undefined; readonly db: number };
  readonly #client: Redis;
  readonly #end: number;
  #lastError: unknown;

  constructor({ location, makeClient }: Server, options: DiagnoseOptions) {
    this.location = location;
    this.options = options;
    const { username, password, db = 0 } = makeClient({ lazyConnect: true }).options;
    this.credentials = { user: username ?? "default", password: password ?? undefined, db };
    this.#client = makeClient({
      lazyConnect: true,
      // What ioredis would ask by itself while it connects is asked here, where its refusal can be told.
      username: undefined,
      password: undefined,
      db: 0,
      enableReadyCheck: false,
      disableClientInfo: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      connectTimeout: options.operationTimeoutMs,
      disconnectTimeout: 20,
      protocol: 2,
    });
    this.#client.on("error", (error: unknown) => {
      forgetCommand(error);
      this.#lastError ??= error;
    });
    this.#end = options.clock.monotonic() + 3 * options.operationTimeoutMs;
  }

  /** Where the connection leads, as an address; `undefined` where that cannot be told. */
  get remoteAddress(): string | undefined {
    const { stream } = this.#client;
    return stream && "remoteAddress" in stream ? stream.remoteAddress : undefined;
  }

  /** Throws `NoAnswer`. */
  async connect(): Promise<void> {
    await this.#inTime(this.#client.connect(), "connecting");
  }

  /** The answer. Throws the server's refusal as it came, or `NoAnswer`. */
  async ask(...[command, ...args]: readonly [string, ...string[]]): Promise<unknown> {
    // ioredis knows the commands after which a connection only listens by their names in small letters.
    return this.#inTime(this.#client.call(command.toLowerCase(), ...args), command);
  }

  close(): void {
    this.#client.disconnect();
    this.#client.stream?.destroy();
  }

  async #inTime<T>(asked: Promise<T>, what: string): Promise<T> {
    const { clock, operationTimeoutMs } = this.options;
    const ms = Math.max(0, Math.min(operationTimeoutMs, this.#end - clock.monotonic()));
    const late = Promise.withResolvers<never>();
    const timer = clock.setTimer(
      () => late.reject(new NoAnswer(`no answer within ${Math.round(ms)} ms (${what})`)),
      ms,
    );
    try {
      return await Promise.race([asked, late.promise]);
    } catch (error) {
      asked.catch(() => {}); // it may still fail when the connection is closed
      forgetCommand(error);
      if (error instanceof NoAnswer || (error as Error).name === "ReplyError") throw error;
      // ioredis says only that the connection is closed; why was said before.
      const { message } = (this.#lastError ?? error) as Error;
      throw new NoAnswer(message, { cause: this.#lastError ?? error });
    } finally {
      timer.clear();
    }
  }
}

/** What the server says where this user may not do something; `undefined` for anything else. */
export function noPermission(error: unknown): "command" | "key" | "channel" | undefined {
  const { message } = error as Error;
  if (!/\bNOPERM\b|The user executing the script can't|ACL failure in script/.test(message)) return undefined;
  if (/permissions to run|can't run this command/.test(message)) return "command";
  return /channel/.test(message) ? "channel" : "key";
}

/** As `ask`; what this user may not do answers `undefined`. */
export async function askIfAllowed(
  questions: Questions,
  ...command: readonly [string, ...string[]]
): Promise<unknown> {
  try {
    return await questions.ask(...command);
  } catch (error) {
    if (noPermission(error)) return undefined;
    throw error;
  }
}
