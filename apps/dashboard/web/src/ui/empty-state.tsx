/** What a view shows while it has nothing to show: how to get something there. */
import type { ReactNode } from "react";

export interface EmptyStateProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Commands or code to try. */
  readonly example?: string;
}

export function EmptyState({ title, children, example }: EmptyStateProps) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {example === undefined ? null : <pre>{example}</pre>}
    </div>
  );
}
