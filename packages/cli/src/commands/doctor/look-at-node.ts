/** Which Node this is. */
import type { Finding } from "@attune/transport";

/** Those before 22.13 are turned away before anything is loaded. */
export function lookAtNode(version = process.versions.node): Finding {
  const major = Number.parseInt(version, 10);
  const check = "Node";
  if (major % 2 === 0) return { check, outcome: "ok", found: version };
  return {
    check,
    outcome: "warning",
    found: version,
    remedy: "Lines of Node with an odd number are not kept up for long: use 22, 24 or a later even one.",
  };
}
