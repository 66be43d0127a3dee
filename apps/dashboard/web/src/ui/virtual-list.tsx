/** A long list of which only what is seen is drawn; one item may be selected, which stays in its place while others come and go. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type AriaAttributes, type ReactNode, useId, useLayoutEffect, useMemo, useRef } from "react";
import { useShortcuts } from "./shortcuts.ts";
import "./virtual-list.css";

export interface VirtualListProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  /** The same for the same item, wherever it stands. */
  readonly keyOf: (item: T) => string | number;
  /** In CSS pixels, of each item or of all. */
  readonly height: number | ((item: T) => number);
  /** Draws what is in an item. */
  readonly children: (item: T, isSelected: boolean) => ReactNode;
  readonly className?: string;
  /** Left out: nothing can be selected. */
  readonly selection?: ListSelection<T>;
  /** "tree" for items of several levels, which `aria` tells. Default "listbox" with a selection, else "list". */
  readonly role?: "listbox" | "tree" | "list";
  readonly aria?: (item: T) => AriaAttributes;
  /** Is told how far it is scrolled from its beginning, and how far it is from its end, in CSS pixels. */
  readonly onScroll?: (fromBeginning: number, fromEnd: number) => void;
  /** Where it was scrolled to before it was left. */
  readonly initialOffset?: number;
  /** Keys of the drawn elements: by default those of the items. "place": elements are used again for what stands there next, which is cheaper where all items move on all the time. */
  readonly reuse?: "item" | "place";
}

export interface ListSelection<T> {
  /** Of the selected item. */
  readonly key: string | number | undefined;
  readonly onSelect: (item: T) => void;
  /** By Enter, or by a click: in a new tab, where somebody held Ctrl or ⌘. */
  readonly onOpen?: (item: T, inNewTab: boolean) => void;
  /** Whether `j`, `k` and Enter are meant for this list wherever the page has the focus. Default true. */
  readonly shortcuts?: boolean;
}

const itemRoles = { listbox: "option", tree: "treeitem", list: "listitem" } as const;

export function VirtualList<T>(props: VirtualListProps<T>) {
  const { label, items, keyOf, height, children, className = "", selection, aria, onScroll } = props;
  const role = props.role ?? (selection ? "listbox" : "list");
  const viewport = useRef<HTMLDivElement>(null);
  const id = useId();
  // Its identity says that items have changed: places are computed anew.
  const getItemKey = useMemo(() => (index: number) => keyOf(items[index]!), [items, keyOf]);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => viewport.current,
    estimateSize: (index) => (typeof height === "number" ? height : height(items[index]!)),
    getItemKey,
    overscan: 6,
    ...(props.initialOffset === undefined ? {} : { initialOffset: props.initialOffset }),
    useFlushSync: false,
  });
  const selectedIndex =
    selection?.key === undefined ? -1 : items.findIndex((item) => keyOf(item) === selection.key);
  const drawn = virtualizer.getVirtualItems();
  useStayingInPlace(viewport, selection?.key, virtualizer.measurementsCache[selectedIndex]?.start);

  const select = (index: number) => {
    const item = items[Math.max(0, Math.min(items.length - 1, index))];
    if (!selection || item === undefined) return;
    selection.onSelect(item);
    virtualizer.scrollToIndex(items.indexOf(item), { align: "auto" });
  };
  const move = (by: number) => select(selectedIndex < 0 ? (drawn[0]?.index ?? 0) : selectedIndex + by);
  const open = () => {
    const item = items[selectedIndex];
    if (item === undefined || !selection?.onOpen) return false;
    selection.onOpen(item, false);
  };
  const page = () => Math.max(1, drawn.length - 8);
  useShortcuts(
    selection && selection.shortcuts !== false ? { j: () => move(1), k: () => move(-1), Enter: open } : {},
  );
  const moved = new Map<string, () => unknown>([
    ["ArrowDown", () => move(1)],
    ["ArrowUp", () => move(-1)],
    ["PageDown", () => move(page())],
    ["PageUp", () => move(-page())],
    ["Home", () => select(0)],
    ["End", () => select(items.length - 1)],
    ["Enter", selection?.shortcuts === false ? open : () => false],
  ]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it has a role
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: that role supports them
    <div
      ref={viewport}
      className={`virtual-list ${className}`}
      role={role}
      aria-label={label}
      // What is scrolled has to be reached by keyboard.
      tabIndex={0}
      {...(selection && drawn.some(({ index }) => index === selectedIndex)
        ? { "aria-activedescendant": `${id}-${selectedIndex}` }
        : {})}
      onKeyDown={(event) => {
        if (!selection || event.target !== event.currentTarget) return;
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const move = moved.get(event.key);
        if (move && move() !== false) event.preventDefault();
      }}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        onScroll?.(scrollTop, scrollHeight - clientHeight - scrollTop)
      }
    >
      <div className="virtual-space" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {drawn.map(({ index, key, start, size }, place) => {
          const item = items[index];
          if (item === undefined) return null;
          const isSelected = index === selectedIndex;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the list, which has the focus
            // biome-ignore lint/a11y/noStaticElementInteractions: it has a role
            // biome-ignore lint/a11y/useAriaPropsSupportedByRole: that role supports them
            <div
              key={props.reuse === "place" ? place : key}
              id={`${id}-${index}`}
              className={isSelected ? "virtual-item selected" : "virtual-item"}
              role={itemRoles[role]}
              aria-posinset={index + 1}
              aria-setsize={items.length}
              {...(selection ? { "aria-selected": isSelected } : {})}
              {...aria?.(item)}
              style={{ height: size, transform: `translateY(${start}px)` }}
              onClick={
                selection &&
                (({ ctrlKey, metaKey }) => {
                  if (window.getSelection()?.type === "Range") return; // somebody marks text to copy it
                  selection.onSelect(item);
                  selection.onOpen?.(item, ctrlKey || metaKey);
                })
              }
            >
              {children(item, isSelected)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Scrolls along with the selected item when it moves because of others, if it was in sight. */
function useStayingInPlace(
  viewport: React.RefObject<HTMLDivElement | null>,
  key: string | number | undefined,
  start: number | undefined,
): void {
  const last = useRef<{ key: string | number | undefined; start: number | undefined }>({ key, start });
  useLayoutEffect(() => {
    const before = last.current;
    last.current = { key, start };
    const element = viewport.current;
    if (!element || key === undefined || before.key !== key) return;
    if (before.start === undefined || start === undefined || before.start === start) return;
    const inSight =
      before.start > element.scrollTop - 1 && before.start < element.scrollTop + element.clientHeight;
    if (inSight) element.scrollTop += start - before.start;
  });
}
