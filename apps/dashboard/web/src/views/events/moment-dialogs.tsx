/** Asks for a time to jump to, or for a span to replay. */
import { type FormEvent, useState } from "react";
import { clockNow } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import type { EventsMode } from "./events-query.ts";
import { isoOfInput, toInput } from "./local-input.ts";

export interface MomentDialogProps {
  readonly onMode: (mode: EventsMode) => void;
  readonly onClose: () => void;
}

const minuteMs = 60_000;
const spans = [
  ["1 minute ago", minuteMs],
  ["10 minutes ago", 10 * minuteMs],
  ["1 hour ago", 60 * minuteMs],
  ["1 day ago", 24 * 60 * minuteMs],
] as const;

export function JumpDialog({ onMode, onClose }: MomentDialogProps) {
  const [at, setAt] = useState(() => toInput(clockNow() - 10 * minuteMs));
  const iso = isoOfInput(at);
  const jump = (event: FormEvent) => {
    event.preventDefault();
    if (iso === undefined) return;
    onMode({ kind: "history", at: iso });
    onClose();
  };
  return (
    <Dialog title="Jump to a time" onClose={onClose}>
      <form onSubmit={jump} className="moment-form">
        <MomentInput label="Time (of this machine)" value={at} onChange={setAt} />
        <div className="chips">
          {spans.map(([name, ms]) => (
            <button type="button" className="chip" key={name} onClick={() => setAt(toInput(clockNow() - ms))}>
              {name}
            </button>
          ))}
        </div>
        <div className="dialog-end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={iso === undefined}>
            Jump
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function ReplayDialog({ onMode, onClose }: MomentDialogProps) {
  const [from, setFrom] = useState(() => toInput(clockNow() - 5 * minuteMs));
  const [to, setTo] = useState(() => toInput(clockNow()));
  const begin = isoOfInput(from);
  const end = isoOfInput(to);
  const isSpan = begin !== undefined && end !== undefined && begin < end;
  const replay = (event: FormEvent) => {
    event.preventDefault();
    if (!isSpan) return;
    onMode({ kind: "replay", from: begin, to: end });
    onClose();
  };
  return (
    <Dialog title="Replay a span" onClose={onClose}>
      <form onSubmit={replay} className="moment-form">
        <p className="muted">
          The events of the store are shown again as they came. Nothing is sent to anybody.
        </p>
        <MomentInput label="From" value={from} onChange={setFrom} />
        <MomentInput label="To" value={to} onChange={setTo} />
        {isSpan ? null : <p role="alert">The end has to be later than the beginning.</p>}
        <div className="dialog-end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={!isSpan}>
            Replay
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface MomentInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function MomentInput({ label, value, onChange }: MomentInputProps) {
  return (
    <label className="moment">
      <span>{label}</span>
      <input
        type="datetime-local"
        step="1"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        required
      />
    </label>
  );
}
