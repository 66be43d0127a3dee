/** Groups as rows: how far each has been delivered, and what is pending with it. */
import type {
  ClaimEntriesRequest,
  CreateGroupRequest,
  DeliveriesRequest,
  GroupReading,
  GroupState,
  GroupStore,
  HandBackRequest,
  PendingEntry,
  PendingRequest,
  ReadGroupRequest,
} from "@attune/transport";
import { pendingEntries } from "./claim-pending.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { deliver } from "./deliver.ts";
import { newEntries } from "./deliver-new.ts";
import { deliveredUpTo, findGroup, floorOf, groupsOf } from "./group-row.ts";
import { pieceEntries } from "./group-source.ts";
import { firstPendingAfter, listPending } from "./list-pending.ts";
import { makeGroup, removeGroups } from "./make-group.ts";
import { acknowledging, extending, handingBack, type Settling, settle } from "./settle-deliveries.ts";
import { tailOf } from "./stream-log.ts";

export class SqliteGroups implements GroupStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(request: CreateGroupRequest): Promise<boolean> {
    // Every consumer does this as it starts: most find that there is nothing to do.
    const isThere = await this.#look(
      (connection) => findGroup(connection, request.eventType, request.group) !== undefined,
    );
    return isThere ? false : this.#database.write((transaction) => makeGroup(transaction, request));
  }

  read(request: ReadGroupRequest): Promise<GroupReading[]> {
    return deliver(this.#database, request, newEntries);
  }

  claim({ minIdleMs, ...request }: ClaimEntriesRequest): Promise<GroupReading[]> {
    return deliver(this.#database, request, pendingEntries(minIdleMs));
  }

  acknowledge(request: DeliveriesRequest): Promise<boolean[]> {
    return this.#settle(request, acknowledging);
  }

  extend(request: DeliveriesRequest): Promise<boolean[]> {
    return this.#settle(request, extending);
  }

  handBack({ delayMs, counted, ...request }: HandBackRequest): Promise<boolean[]> {
    return this.#settle(request, handingBack(delayMs, counted));
  }

  async pending({ eventType, group, count, afterId }: PendingRequest): Promise<PendingEntry[]> {
    const entries: PendingEntry[] = [];
    let from: number | undefined;
    while (entries.length < count) {
      const size = Math.min(count - entries.length, pieceEntries);
      const page = await this.#look((connection) => {
        const found = findGroup(connection, eventType, group);
        if (!found) return undefined;
        from ??= afterId === undefined ? 0 : firstPendingAfter(connection, found.group, afterId);
        return listPending(connection, found.group, from, size);
      });
      if (!page) break;
      entries.push(...page.entries);
      if (page.entries.length < size) break;
      from = page.next;
    }
    return entries;
  }

  states(eventType: string): Promise<GroupState[]> {
    return this.#look((connection) => {
      const tail = tailOf(connection, eventType);
      if (!tail) return [];
      return groupsOf(connection, tail)
        .map((group) => ({
          group: group.name,
          pending: group.pending,
          lag: tail.last - Math.max(tail.base, deliveredUpTo(connection, { eventType, tail, group })),
          deliveredId: group.deliveredId,
          floorId: floorOf(connection, group),
        }))
        .sort((one, other) => (one.group < other.group ? -1 : 1));
    });
  }

  /** A consumer is known by what is pending with it, and by nothing else. */
  leave(): Promise<void> {
    return this.#look(() => {});
  }

  delete(eventType: string, group: string): Promise<boolean> {
    return this.#database.write(({ connection }) => {
      const tail = tailOf(connection, eventType);
      return tail !== undefined && removeGroups(connection, tail, group);
    });
  }

  #look<T>(look: (connection: Connection) => T): Promise<T> {
    return this.#database.read((connection) => connection.snapshot(() => look(connection)));
  }

  /** In pieces: where one of them fails, those before have been settled. */
  async #settle({ eventType, group, entries }: DeliveriesRequest, settling: Settling): Promise<boolean[]> {
    const until = this.#database.deadline();
    const done: boolean[] = [];
    for (let from = 0; from < entries.length; from += pieceEntries) {
      const piece = entries.slice(from, from + pieceEntries);
      const settled = await this.#database.write(
        (transaction) => {
          const found = findGroup(transaction.connection, eventType, group);
          return found ? settle(transaction, found, piece, settling) : piece.map(() => false);
        },
        { until },
      );
      done.push(...settled);
    }
    return done;
  }
}
