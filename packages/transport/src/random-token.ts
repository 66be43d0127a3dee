/** Ids that nobody else has: 128 random bits in 22 characters of `A-Z a-z 0-9 _ -`. */
import { randomBytes } from "node:crypto";

export function randomToken(): string {
  return randomBytes(16).toString("base64url");
}
