/** What a group gave up, and why. */

import { useJson } from "../../api/use-json.ts";
import { useFleet } from "../../state/use-fleet.ts";
import { bytesText } from "../../ui/bytes-text.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { LoadError } from "../../ui/load-error.tsx";
import { counted } from "../../ui/number-text.ts";
import { TimeOfDay } from "../../ui/time.tsx";
import { deadLettersExample } from "../examples.ts";
import { PagedRows } from "./paged-rows.tsx";

interface Letter {
  readonly event_id: string;
  readonly event_type: string;
  readonly source: string;
  readonly error: string;
  readonly delivery_count: number;
  readonly consumer: string;
  readonly failed_at: string | null;
  readonly data: unknown;
  readonly data_kept: boolean;
  readonly data_bytes?: number;
  readonly raw_data?: string;
}

interface LettersAnswer {
  readonly dead_letters: readonly Letter[];
  readonly total: number;
}

const limit = 100;

/** `count`: read anew when it is another one. */
export function DeadLetters({ group, count }: { readonly group: string; readonly count: number }) {
  const fleet = useFleet();
  const { data, error } = useJson<LettersAnswer>(
    `/api/dead-letters?${new URLSearchParams({ group, limit: String(limit) })}`,
    count,
  );
  if (!data)
    return error ? <LoadError what="The dead letters" error={error} /> : <p className="muted">Reading …</p>;
  const { dead_letters, total } = data;
  return (
    <>
      <PagedRows rows={dead_letters}>
        {(shown) => (
          <ul className="letters-list">
            {shown.map((letter) => (
              <li key={`${letter.event_type} ${letter.event_id}`}>
                <LetterLine group={group} letter={letter} />
              </li>
            ))}
          </ul>
        )}
      </PagedRows>
      <p className="muted">
        {total > dead_letters.length ? `The first ${dead_letters.length} of ${total}. ` : ""}
        Mend the cause, then <code>{deadLettersExample(group, fleet.store?.location)}</code>.
      </p>
    </>
  );
}

function LetterLine({ group, letter }: { readonly group: string; readonly letter: Letter }) {
  const { typeNames } = useFleet();
  const { event_id, event_type, error, delivery_count, consumer, failed_at, source } = letter;
  return (
    <details>
      <summary>
        <span className="letter-error">{error || "no error was told"}</span>
        <span className="muted num">
          {counted(delivery_count, "time")}, <TimeOfDay iso={failed_at} />
        </span>
      </summary>
      <p className="muted">
        <span className="mono">{event_id}</span> of {typeNames.of(event_type)}, from {source}, given up by{" "}
        {consumer}
      </p>
      {letter.data_bytes === undefined ? (
        <LetterData letter={letter} />
      ) : (
        <LargeLetter group={group} letter={letter} />
      )}
    </details>
  );
}

function LetterData({ letter: { data, data_kept, raw_data } }: { readonly letter: Letter }) {
  if (!data_kept) return <p className="muted">Its data is not kept any more.</p>;
  return <JsonView value={raw_data ?? data} label="Data of the dead letter" />;
}

function LargeLetter({
  group,
  letter: { event_id, event_type, data_bytes },
}: {
  readonly group: string;
  readonly letter: Letter;
}) {
  const { data, error } = useJson<LettersAnswer>(
    `/api/dead-letters?${new URLSearchParams({ group, type: event_type, event_id })}`,
  );
  const [whole] = data?.dead_letters ?? [];
  if (whole) return <LetterData letter={whole} />;
  if (error) return <LoadError what="Its data" error={error} />;
  return <p className="muted">Reading its {bytesText(data_bytes ?? null)} …</p>;
}
