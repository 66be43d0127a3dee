/** What the processes that wait for signals are given. */

export interface TakerArgument {
  readonly url: string;
  /** Whose signals they compete for. */
  readonly agent: string;
  /** How many compete within the process. */
  readonly takers: number;
}

export interface EchoArgument {
  readonly url: string;
  readonly agent: string;
  /** Who is answered. */
  readonly caller: string;
}

export interface BroadcastArgument {
  readonly url: string;
  readonly agents: readonly string[];
  /** How many broadcasts there will be. */
  readonly count: number;
}
