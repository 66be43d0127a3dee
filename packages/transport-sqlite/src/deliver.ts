/** Delivers entries of several streams to a consumer: of each in pieces, with the lock for writing only where there is something. */
import { beforeFirstId, type Delivery, type GroupReading, type ReadGroupRequest } from "@attune/transport";
import type { Database } from "./database.ts";
import { drawToken } from "./delivery-token.ts";
import { findGroup, floorOf } from "./group-row.ts";
import { type GroupSource, type Piece, pieceEntries, type Taking } from "./group-source.ts";
import type { Transaction } from "./write-queue.ts";

export async function deliver(
  database: Database,
  { eventTypes, group, consumer, count }: ReadGroupRequest,
  source: GroupSource,
): Promise<GroupReading[]> {
  const until = database.deadline();
  // Most looks find nothing: those do not take the lock for writing.
  const looks = await database.read((connection) =>
    connection.snapshot(() =>
      eventTypes.map((eventType) => {
        const found = findGroup(connection, eventType, group);
        if (!found) return { nothing: nothingOf(eventType), hasSome: false };
        const nothing = {
          ...nothingOf(eventType),
          exists: true,
          floorId: floorOf(connection, found.group),
        };
        return { nothing, hasSome: source.hasSome(connection, found) };
      }),
    ),
  );
  return Promise.all(
    looks.map(({ nothing, hasSome }) => {
      if (!hasSome) return nothing;
      const { eventType } = nothing;
      return inPieces(eventType, count, (taking) =>
        database.write(
          (transaction) => takePiece(transaction, eventType, group, source, { ...taking, consumer }),
          { until },
        ),
      );
    }),
  );
}

interface PieceAndFloor extends Piece {
  readonly floorId: string;
}

/** `undefined`: there is no such group any more. */
function takePiece(
  transaction: Transaction,
  eventType: string,
  name: string,
  source: GroupSource,
  taking: Taking,
): PieceAndFloor | undefined {
  const { connection } = transaction;
  const found = findGroup(connection, eventType, name);
  if (!found) return undefined;
  const piece = source.take(transaction, found, taking);
  return { ...piece, floorId: floorOf(connection, findGroup(connection, eventType, name)!.group) };
}

async function inPieces(
  eventType: string,
  count: number,
  take: (taking: Omit<Taking, "consumer">) => Promise<PieceAndFloor | undefined>,
): Promise<GroupReading> {
  const drawn = drawToken();
  const deliveries: Delivery[] = [];
  const lostIds: string[] = [];
  let reading = nothingOf(eventType);
  for (let left = count; left > 0; left = count - deliveries.length - lostIds.length) {
    let piece: PieceAndFloor | undefined;
    try {
      piece = await take({ drawn, count: Math.min(left, pieceEntries) });
    } catch (error) {
      // What was delivered before is the caller's, and so is the count of what was missed.
      if (!reading.exists) throw error;
      break;
    }
    if (!piece) break;
    const missed = (reading.missed ?? 0) + piece.missed;
    deliveries.push(...piece.deliveries);
    lostIds.push(...piece.lostIds);
    reading = { ...reading, exists: true, missed, floorId: piece.floorId };
    if (piece.isLast) break;
  }
  return { ...reading, deliveries, lostIds };
}

/** As where there is no such group. */
function nothingOf(eventType: string): GroupReading {
  return { eventType, exists: false, deliveries: [], missed: 0, lostIds: [], floorId: beforeFirstId };
}
