/** What the processes that open a file at once are told, and tell. */

export interface Opening {
  readonly url: string;
  /** When, by the wall clock. */
  readonly at: number;
  /** How many entries there will be. */
  readonly others: number;
  /** Interrupted for a moment after each statement, as on a busy machine: others come in between. */
  readonly halting: boolean;
}

export interface OpeningReport {
  status: string;
  openedMs: number;
  /** Whose entries. */
  seen: string[];
  readonly warnings: readonly string[];
  error: string | undefined;
}
