/** Keeps the rest of the page when a part of it fails. */
import { Component, type ReactNode } from "react";

export interface ErrorBoundaryProps {
  /** Of what failed, for people. */
  readonly name: string;
  readonly children: ReactNode;
}

interface Failure {
  readonly error: Error | undefined;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, Failure> {
  override state: Failure = { error: undefined };

  static getDerivedStateFromError(thrown: unknown): Failure {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="empty" role="alert">
        <h1>{this.props.name} could not be drawn</h1>
        <p>The rest of the page works on. What went wrong: {error.message}</p>
        <p>
          <button type="button" className="primary" onClick={() => this.setState({ error: undefined })}>
            Try again
          </button>
        </p>
        <details>
          <summary>For a bug report</summary>
          <pre>{error.stack}</pre>
        </details>
      </div>
    );
  }
}
