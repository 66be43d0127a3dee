/** Events one below the other, newest first, and beside them the one that is selected. */
import { type ReactNode, useCallback } from "react";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { narrow, useMedia } from "../../ui/use-media.ts";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { EventDetails } from "./event-details.tsx";
import { type EventItem, keyOfItem } from "./event-item.ts";
import { EventRow } from "./event-row.tsx";

export interface EventListProps {
  readonly items: readonly EventItem[];
  readonly selected: EventItem | undefined;
  readonly onSelect: (item: EventItem | undefined) => void;
  readonly onScroll?: (fromBeginning: number, fromEnd: number) => void;
  /** Over the list: how many are new. */
  readonly over?: ReactNode;
  /** Rows move on all the time. */
  readonly isMoving?: boolean;
  /** In the place of an empty list. */
  readonly children?: ReactNode;
}

const rowHeight = 30;
const cardHeight = 52;

export function EventList(props: EventListProps) {
  const { items, selected, onSelect, onScroll, over, isMoving = false, children } = props;
  const isNarrow = useMedia(narrow);
  const close = useCallback(() => onSelect(undefined), [onSelect]);
  const leave = () => (selected ? close() : false);
  useShortcuts({ Escape: leave });
  return (
    <div className={selected?.event ? "events-body events-with-details" : "events-body"}>
      <div className="events-list">
        {over}
        {items.length === 0 ? (
          children
        ) : (
          <VirtualList
            label="Events, newest first"
            items={items}
            keyOf={keyOfItem}
            height={isNarrow ? cardHeight : rowHeight}
            selection={{ key: selected?.key, onSelect }}
            reuse={isMoving ? "place" : "item"}
            {...(onScroll ? { onScroll } : {})}
          >
            {(item) => <EventRow item={item} />}
          </VirtualList>
        )}
      </div>
      {selected?.event ? <EventDetails event={selected.event} key={selected.key} onClose={close} /> : null}
    </div>
  );
}
