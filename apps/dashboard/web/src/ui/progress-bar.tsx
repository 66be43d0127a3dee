/** How far somebody is: 0 to 1. */
export function ProgressBar({ value, label }: { readonly value: number; readonly label: string }) {
  return <progress aria-label={label} max={1} value={value} />;
}
