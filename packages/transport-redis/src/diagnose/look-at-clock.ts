/** How far the server's clock is from this machine's. */
import type { Finding } from "@attune/transport";
import { askIfAllowed, type Questions } from "./questions.ts";

const looks = 3;
const warnMs = 1000;
const problemMs = 60_000;

export async function* lookAtClock(questions: Questions): AsyncGenerator<Finding> {
  const { clock } = questions.options;
  let best: Reading | undefined;
  for (let n = 0; n < looks; n++) {
    const sentAt = clock.monotonic();
    const answer = await askIfAllowed(questions, "TIME");
    const tripMs = clock.monotonic() - sentAt;
    if (!Array.isArray(answer)) return yield mayNotAsk(questions);
    const serverMs = Number(answer[0]) * 1000 + Number(answer[1]) / 1000;
    // It looked at its clock about half way; the shortest trip says it best.
    const aheadMs = serverMs + tripMs / 2 - clock.now();
    if (!best || tripMs < best.tripMs) best = { aheadMs, tripMs };
  }
  yield clockFinding(best!);
}

interface Reading {
  /** How much later the server's clock is than this machine's. */
  readonly aheadMs: number;
  readonly tripMs: number;
}

export function clockFinding({ aheadMs, tripMs }: Reading): Finding {
  const check = "clock";
  const apartMs = Math.abs(aheadMs);
  const doubtMs = tripMs / 2;
  const found = `${describe(apartMs)} ${aheadMs < 0 ? "behind" : "ahead of"} this machine's`;
  if (apartMs - doubtMs <= warnMs) return { check, outcome: "ok", found };
  return {
    check,
    outcome: apartMs - doubtMs <= problemMs ? "warning" : "problem",
    found,
    remedy:
      "Let both machines set their clocks by NTP (timedatectl set-ntp true). Leases, deadlines and ids of events go by the server's clock, timestamps and queries by time by each machine's own.",
  };
}

function describe(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function mayNotAsk({ credentials }: Questions): Finding {
  return {
    check: "clock",
    outcome: "unknown",
    found: "this user may not ask for it (TIME)",
    remedy: `Let it, the scripts need it too: ACL SETUSER ${credentials.user} +time`,
  };
}
