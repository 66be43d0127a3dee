/** What a request is refused with: a code that programs can act on, and the status that belongs to it. */
import { type RefusalCode, refusals } from "./refusals.ts";

export class DashboardError extends Error {
  readonly statusCode: number;
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = "DashboardError";
    this.statusCode = refusals[code].status;
    this.code = code;
  }
}
