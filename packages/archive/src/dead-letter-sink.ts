/** Writes dead letters into the sink that has refused them, each once, also where it is killed before one is forgotten. */
import type { Cursor, DeadLetter, Taking } from "@attune/streams";
import type { ArchivePosition, Sink } from "./sink.ts";
import { impossible } from "./to-archive-row.ts";

/** The position tells which letter was written last: it is the only one that may be there and not be forgotten yet. */
export async function deadLetterSink(sink: Sink, name: string): Promise<DeadLetterSink> {
  await sink.open();
  // A position of its own: the archive's is that of whoever is archiving just now.
  const archive = `${name} (dead letters)`;
  return new DeadLetterSink(sink, archive, await sink.position(archive));
}

export class DeadLetterSink {
  readonly #sink: Sink;
  readonly #archive: string;
  #position: ArchivePosition;
  /** Somebody else replays them too, and may be further on. */
  #isRaced = false;

  constructor(sink: Sink, archive: string, position: ArchivePosition) {
    this.#sink = sink;
    this.#archive = archive;
    this.#position = position;
  }

  /** `isStillThere`: whether nobody else has written and forgotten it meanwhile. */
  async write(letter: DeadLetter, isStillThere: () => Promise<boolean>): Promise<Taking | "gone"> {
    const { eventType, eventId, timestamp, source, rawData } = letter;
    if (rawData === null) return "left";
    const row = { eventType, eventId, timestamp, source, data: rawData };
    if (impossible(row) !== undefined) return "left";
    const cursor: Cursor = { version: 1, positions: [{ eventType, id: eventId, ordinal: null }] };
    for (;;) {
      if (isAt(this.#position, letter)) return "taken";
      // Asked after the position: whoever writes it from now on, the version tells.
      if (this.#isRaced && !(await isStillThere())) return "gone";
      const { version } = this.#position;
      const { outcome } = await this.#sink.write({
        archive: this.#archive,
        rows: [row],
        cursor,
        afterVersion: version,
      });
      if (outcome === "written") {
        this.#position = { version: version + 1, cursor };
        return "taken";
      }
      if (outcome === "refused") return "left";
      this.#isRaced = true;
      this.#position = await this.#sink.position(this.#archive);
    }
  }
}

function isAt({ cursor }: ArchivePosition, { eventType, eventId }: DeadLetter): boolean {
  const [last] = cursor?.positions ?? [];
  return last?.eventType === eventType && last.id === eventId;
}
