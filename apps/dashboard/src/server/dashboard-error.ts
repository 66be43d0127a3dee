/** What a request is refused with: a status, and a code that programs can act on. */
export class DashboardError extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.name = "DashboardError";
    this.statusCode = statusCode;
    this.code = code;
  }
}
