/**
 * What is seen of a log through a filter, newest first. It can be held: then it stays as it is, and counts what waits. Each
 * event is looked at once, as long as the filter stays the same.
 */
import type { EventLog, LogItem } from "../../state/event-log.ts";
import { type EventFilter, eventMatcher, hasType, isSameFilter } from "./event-filter.ts";

export class EventWindow {
  readonly #log: EventLog;
  #filter: EventFilter;
  /** Those that the filter lets through, oldest first; `#heldLog`: of these items instead of the log's. */
  #matching: LogItem[] = [];
  #heldLog: readonly LogItem[] | undefined;
  /** Of the first item that was not looked at. */
  #next = 0;
  #waiting = 0;
  #shown: readonly LogItem[] = [];
  #isShownOld = true;

  constructor(log: EventLog, filter: EventFilter) {
    this.#log = log;
    this.#filter = filter;
  }

  get isHeld(): boolean {
    return this.#heldLog !== undefined;
  }

  /** How many events came since it was held that the filter lets through. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Newest first; the same array as before where nothing has changed. */
  get items(): readonly LogItem[] {
    if (this.#isShownOld) this.#shown = this.#matching.toReversed();
    this.#isShownOld = false;
    return this.#shown;
  }

  /** Looks at what has come. */
  update(filter: EventFilter, held: boolean): this {
    if (!isSameFilter(filter, this.#filter)) this.#look(filter);
    if (held && !this.#heldLog) {
      this.#take();
      this.#heldLog = [...this.#log.items];
      this.#waiting = 0;
    } else if (!held && this.#heldLog) {
      this.#heldLog = undefined;
      this.#waiting = 0;
      this.#look(filter);
    }
    this.#take();
    return this;
  }

  /** At everything again. */
  #look(filter: EventFilter): void {
    this.#filter = filter;
    const matches = itemMatcher(filter);
    this.#matching = (this.#heldLog ?? this.#log.items).filter(matches);
    if (this.#heldLog) {
      const behind = (this.#heldLog.at(-1)?.n ?? -1) + 1;
      this.#waiting = this.#log.items.filter(
        ({ n, event }) => n >= behind && event && matches({ n, event }),
      ).length;
    }
    this.#next = this.#log.total;
    this.#isShownOld = true;
  }

  #take(): void {
    const items = this.#log.items;
    const matches = itemMatcher(this.#filter);
    const first = items[0]?.n ?? this.#log.total;
    // Gone before anybody looked, as in a tab in the background: what they were is not known any more.
    if (this.#heldLog && isAll(this.#filter)) this.#waiting += Math.max(0, first - this.#next);
    for (let i = Math.max(0, this.#next - first); i < items.length; i++) {
      const item = items[i]!;
      if (!matches(item)) continue;
      if (this.#heldLog) this.#waiting += item.event ? 1 : 0;
      else this.#matching.push(item);
      this.#isShownOld ||= !this.#heldLog;
    }
    this.#next = this.#log.total;
    if (!this.#heldLog && (this.#matching[0]?.n ?? first) < first) {
      this.#matching = this.#matching.filter(({ n }) => n >= first);
      this.#isShownOld = true;
    }
  }
}

/** Where something is missing is told whatever somebody looks for, but for other types than those chosen. */
function itemMatcher(filter: EventFilter): (item: LogItem) => boolean {
  const matches = eventMatcher(filter);
  return ({ event, gap }) => {
    if (event) return matches(event);
    return gap.eventType === null || hasType(filter.types, gap.eventType);
  };
}

function isAll({ types, search }: EventFilter): boolean {
  return types.size === 0 && search.trim() === "";
}
