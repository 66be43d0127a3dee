/** What a test and a process that holds transports for it tell each other. */
import type { Capabilities, Logger, Topic, TransportOptions, TransportStatus } from "@attune/transport";
import type { SentError } from "./sent-error.ts";

export type FacetName = "streams" | "groups" | "mailboxes" | "records";

/** Loggers and clocks are functions: they stay where they are. */
export type SentOptions = Omit<TransportOptions, "logger" | "clock">;

/** What is answered, by its call, with a result or an error. Transports and watches are numbered by the test. */
export type Request =
  | {
      readonly kind: "open";
      readonly transport: number;
      readonly url: string;
      readonly options: SentOptions;
    }
  | {
      readonly kind: "operate";
      readonly transport: number;
      readonly facet: FacetName;
      readonly method: string;
      readonly args: readonly unknown[];
    }
  /** Answered when the watch is ready. */
  | {
      readonly kind: "watch";
      readonly transport: number;
      readonly watch: number;
      readonly topics: readonly Topic[];
    }
  | { readonly kind: "info" | "close"; readonly transport: number };

/** The result of an `open`. */
export interface Opened {
  readonly name: string;
  readonly location: string;
  readonly capabilities: Capabilities;
  readonly status: TransportStatus;
}

export type ToRemote =
  | { readonly kind: "request"; readonly call: number; readonly request: Request }
  | { readonly kind: "unwatch"; readonly watch: number };

export type FromRemote =
  | { readonly kind: "result"; readonly call: number; readonly result: unknown }
  | { readonly kind: "error"; readonly call: number; readonly error: SentError }
  | { readonly kind: "ring"; readonly watch: number }
  | { readonly kind: "status"; readonly transport: number; readonly status: TransportStatus }
  | {
      readonly kind: "log";
      readonly transport: number;
      readonly level: keyof Logger;
      readonly message: string;
    };
