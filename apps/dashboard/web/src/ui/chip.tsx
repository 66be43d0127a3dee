/** A filter that is on or off, with the number of what it lets through. */
import type { ReactNode } from "react";

export interface ChipProps {
  readonly pressed: boolean;
  readonly onToggle: () => void;
  readonly count?: number;
  readonly className?: string;
  readonly title?: string;
  readonly children: ReactNode;
}

export function Chip({ pressed, onToggle, count, className = "", title, children }: ChipProps) {
  return (
    <button
      type="button"
      className={`chip ${className}`}
      aria-pressed={pressed}
      onClick={onToggle}
      {...(title === undefined ? {} : { title })}
    >
      <span className="chip-text">{children}</span>
      {count === undefined ? null : <span className="chip-count">{count.toLocaleString("en")}</span>}
    </button>
  );
}
