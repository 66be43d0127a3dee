/** Puts a text on the clipboard, and says so. */
import { useEffect, useState } from "react";

export interface CopyButtonProps {
  readonly text: () => string;
  /** Default "Copy". */
  readonly children?: string;
}

export function CopyButton({ text, children = "Copy" }: CopyButtonProps) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = window.setTimeout(() => setSaid(undefined), 2000);
    return () => window.clearTimeout(timer);
  }, [said]);
  const copy = () =>
    copyText(text()).then(
      () => setSaid("Copied"),
      () => setSaid("Could not copy"),
    );
  return (
    <button type="button" onClick={copy}>
      <span aria-live="polite">{said ?? children}</span>
    </button>
  );
}

/** Browsers have a clipboard in secure contexts only: 127.0.0.1 is one, a plain http address of another machine is not. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The browser did not copy.");
}
