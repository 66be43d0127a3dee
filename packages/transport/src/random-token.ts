/** Ids that nobody else has: 128 random bits in 22 characters of `A-Z a-z 0-9 _ -`, the first of which is no `-`. */
import { randomBytes } from "node:crypto";

export function randomToken(): string {
  let token: string;
  // A command would take it for an option.
  do token = randomBytes(16).toString("base64url");
  while (token.startsWith("-"));
  return token;
}
