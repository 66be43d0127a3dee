/** Says that something could not be read, and offers to try again. */
export interface LoadErrorProps {
  readonly what: string;
  readonly error: Error;
  readonly onRetry?: () => void;
}

export function LoadError({ what, error, onRetry }: LoadErrorProps) {
  return (
    <p className="load-error" role="alert">
      <span>
        {what} could not be read: {error.message}
      </span>
      {onRetry ? (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      ) : null}
    </p>
  );
}
