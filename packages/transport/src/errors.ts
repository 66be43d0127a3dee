/** Every error @attune throws, in one catalogue: a code, what it means and what to do about it. */

interface CatalogueEntry {
  readonly meaning: string;
  readonly remedy: string;
}

/** The catalogue. docs/errors.md lists the same codes; a test compares the two, both ways. */
export const errorCatalogue = {
  ATTUNE_ADAPTER_MISSING: {
    meaning: "The package that speaks to this kind of store is not installed.",
    remedy: "Install the package that the message names.",
  },
  ATTUNE_ARGUMENT_INVALID: {
    meaning: "An argument or option is of the wrong type or out of its bounds.",
    remedy: "Pass a value as the message describes it; nothing was sent.",
  },
  ATTUNE_CURSOR_INVALID: {
    meaning: "A saved cursor is not one that a consumer gave out, or was damaged while it was stored.",
    remedy: 'Pass `consumer.cursor` back unchanged, or start from "now" or "beginning".',
  },
  ATTUNE_EVENT_BUSY: {
    meaning: "An event is being processed elsewhere, so that its effect must not be begun here.",
    remedy:
      "Let the event be tried again later (`nack`); raise `holdMs` if the effect takes longer than that.",
  },
  ATTUNE_EVENT_INVALID: {
    meaning: "The data of an event does not fit the schema of its definition.",
    remedy: "Mend the data as the listed issues say, or the schema; nothing was sent.",
  },
  ATTUNE_EVENT_TYPE_INVALID: {
    meaning: "An event type is empty, longer than 256 bytes, or no text.",
    remedy: "Use a non-empty text of at most 256 bytes in UTF-8.",
  },
  ATTUNE_FILE_INVALID: {
    meaning: "The file that is to hold the store is no database of @attune, or is damaged.",
    remedy: "Put a backup in its place, move it away, or name another file; it was left as it is.",
  },
  ATTUNE_FILE_NEWER: {
    meaning: "The file was written by a newer version of the package.",
    remedy: "Update @attune/transport-sqlite, or name another file.",
  },
  ATTUNE_FILE_NO_ACCESS: {
    meaning: "The file that is to hold the store cannot be made, opened, read or written.",
    remedy: "Mend what the message names (its rights, its place), or name another file.",
  },
  ATTUNE_FILE_ON_NETWORK: {
    meaning: "The file lies on a network file system, where several processes would corrupt it.",
    remedy: "Name a file on a local disk; several machines share a Redis.",
  },
  ATTUNE_HEARTBEAT_STATE: {
    meaning:
      "A call that does not fit the state of a heartbeat: started twice, a beat before the start or after the stop.",
    remedy: "Start once, beat, stop once; use another HeartbeatCoordinator for another agent.",
  },
  ATTUNE_NODE_TOO_OLD: {
    meaning: "Storing in a file needs `node:sqlite`, which this Node does not have.",
    remedy: "Use Node 22.13 or later, or another store: `memory:` or `redis://`.",
  },
  ATTUNE_PAYLOAD_NOT_JSON: {
    meaning: "A payload holds something that JSON cannot carry unchanged.",
    remedy: "Convert the value at the path in the message, for example a Date with toISOString().",
  },
  ATTUNE_PAYLOAD_TOO_DEEP: {
    meaning: "A payload is nested deeper than the transport's `maxPayloadDepth` (default 100).",
    remedy: "Flatten the payload, or raise the option on every process that reads it.",
  },
  ATTUNE_PAYLOAD_TOO_LARGE: {
    meaning: "A payload is larger than the transport's `maxPayloadBytes` (default 1 MiB).",
    remedy: "Store the bulk elsewhere and publish a reference, or raise the option.",
  },
  ATTUNE_SINK_REFUSED: {
    meaning:
      "The store behind an archive answered, and will not take what it is given, however often it is tried.",
    remedy: "The message holds the store's own words; mend its rights, its tables or the URL.",
  },
  ATTUNE_SINK_UNAVAILABLE: {
    meaning: "The store behind an archive cannot be reached, is too slow, or has no room.",
    remedy: "Nothing is lost: archiving goes on by itself once the store works again.",
  },
  ATTUNE_STAGE_FAILED: {
    meaning: "A stage of a workflow threw an error, or was rejected; `cause` is that error, as it came.",
    remedy: "Mend what `cause` tells of, or let the stage be tried again: `retry`.",
  },
  ATTUNE_STAGE_NOT_APPROVED: {
    meaning:
      "A stage that needs approval was not approved: refused, not decided in time, taken back, or nobody could be asked.",
    remedy: "`details.approval` says who decided and why; run it again once it may be approved.",
  },
  ATTUNE_STAGE_OUTPUT_INVALID: {
    meaning:
      "A stage returned nothing, no JSON, impossible token counts, or an output that its `validate` schema refuses.",
    remedy: "Return `{ output, tokensIn, tokensOut }` with an output as the message asks for.",
  },
  ATTUNE_STAGE_TIMEOUT: {
    meaning: "A stage did not settle within its `timeoutMs` (default one hour).",
    remedy: "Raise the stage's `timeoutMs`, or end its work earlier; `context.signal` tells it to stop.",
  },
  ATTUNE_STORE_REFUSED: {
    meaning: "The store answered, and refused the operation (no memory, no permission, wrong kind of key).",
    remedy: "The message holds the store's own words; mend the store's configuration or the key.",
  },
  ATTUNE_TRANSPORT_CLOSED: {
    meaning: "The transport, or something opened on it, was used after it was closed.",
    remedy: "Close a transport last, or open another one.",
  },
  ATTUNE_TRANSPORT_UNAVAILABLE: {
    meaning: "The store cannot be reached, or did not answer within `operationTimeoutMs`.",
    remedy: "Check that it runs at the place named in the message; operations work again once it is back.",
  },
  ATTUNE_URL_INVALID: {
    meaning:
      "The URL of a transport, or of an archive's sink, cannot be understood: its scheme is unknown or a part of it is malformed.",
    remedy:
      "Use memory:, sqlite:PATH, redis:// or rediss://; for a sink one of those that the message names.",
  },
  ATTUNE_WORKFLOW_CANCELLED: {
    meaning: "A run was cancelled: by its AbortSignal, an `abort` signal, or the closing of its workflow.",
    remedy:
      "`details.by` says by what, `details.signal` by whose signal, `cause` why; run it again if it is wanted.",
  },
  ATTUNE_WORKFLOW_INVALID: {
    meaning:
      "A workflow cannot be run as it is defined: no name, no stages, two stages of one name, a tier for an unknown stage.",
    remedy: "Mend the definition as the message says; nothing was run.",
  },
  ATTUNE_WORKFLOW_STATE: {
    meaning:
      "A call that does not fit the state of a workflow: a second run of one agent at once, a signal outside of a run, a use after `close()`.",
    remedy:
      "Await the run before the next one, or leave out `agentId`, so that each run is an agent of its own.",
  },
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;

const brand = Symbol.for("@attune/error");

export interface AttuneErrorOptions {
  /** The error underneath, kept as it came. */
  readonly cause?: unknown;
  /** Facts for programs: which argument, which limit, which ids. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one class of error that @attune throws. Tell errors apart by `code`; the message says what happened and what to
 * do. `instanceof AttuneError` also holds for an error from another copy of this package.
 */
export class AttuneError extends Error {
  override readonly name = "AttuneError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AttuneErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/**
 * Whether an error says that the store could not do its part (away, too slow, refusing), as opposed to a mistake of the
 * caller. These are the errors that `onUnavailable: "degrade"` turns into neutral values.
 */
export function isStoreFailure(error: unknown): error is AttuneError {
  return (
    error instanceof AttuneError &&
    (error.code === "ATTUNE_TRANSPORT_UNAVAILABLE" || error.code === "ATTUNE_STORE_REFUSED")
  );
}
