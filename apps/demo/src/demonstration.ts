/** What a demonstration is. */

export interface Demonstration {
  readonly name: string;
  /** One line for the list of --help. */
  readonly summary: string;
  /** Which options it understands beside --url. */
  readonly options: readonly (keyof DemonstrationOptions)[];
  /** Resolves with the exit code; rejects with a `DemonstrationError` when it cannot run at all. */
  run(setup: DemonstrationSetup): Promise<number>;
}

export interface DemonstrationOptions {
  readonly path?: string | undefined;
  readonly report?: string | undefined;
  readonly yes?: boolean | undefined;
  /** Who decides is not asked here. */
  readonly elsewhere?: boolean | undefined;
}

export interface DemonstrationSetup {
  readonly url: string;
  readonly options: DemonstrationOptions;
  readonly stdout: NodeJS.WriteStream;
  /** Where somebody can be asked; left out: nobody is there. */
  readonly stdin?: NodeJS.ReadableStream | undefined;
  /** Ctrl-C, or a request to end. */
  readonly signal: AbortSignal;
}

/** Ends the program with a message for people, without a stack trace. */
export class DemonstrationError extends Error {
  override readonly name = "DemonstrationError";
  /** 2: called in the wrong way. 1: it could not be done. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
