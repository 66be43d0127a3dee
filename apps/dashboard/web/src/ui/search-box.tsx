/** Where `/` leads. */
import { useRef } from "react";
import { useShortcuts } from "./shortcuts.ts";
import { useMedia, withoutKeys } from "./use-media.ts";

export interface SearchBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const hasKeys = !useMedia(withoutKeys);
  useShortcuts({ "/": () => input.current?.focus() });
  return (
    <input
      ref={input}
      className="search"
      type="search"
      aria-label={label}
      placeholder={hasKeys ? `${label}  ( / )` : label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault(); // browsers would empty it
        event.currentTarget.blur();
      }}
    />
  );
}
