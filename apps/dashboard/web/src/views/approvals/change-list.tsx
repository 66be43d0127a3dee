/** Changes, place by place: what was, what is to be; long texts word by word, or line by line. */

import { useMemo } from "react";
import { ReadableValue } from "../../ui/readable-value.tsx";
import { type Change, type Changes, changesBetween } from "./change-by-path.ts";
import { lineDiff, patchLines, type TextPiece, wordDiff } from "./text-diff.ts";

/** Shorter ones are read more easily one beside the other. */
const longText = 40;

export function ChangesBetween({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const changes = useMemo(() => changesBetween(before, after), [before, after]);
  return <ChangeList changes={changes} />;
}

function ChangeList({ changes: { list, isCut } }: { readonly changes: Changes }) {
  if (list.length === 0) return <p className="muted">Nothing is different.</p>;
  return (
    <>
      <ul className="changes">
        {list.map((change) => (
          <li key={`${change.kind} ${JSON.stringify(change.path)}`} className={`change ${change.kind}`}>
            <span className="change-kind">{change.kind}</span>
            <span className="change-path mono">{pathText(change.path)}</span>
            <div className="change-value">
              <ChangedValue change={change} />
            </div>
          </li>
        ))}
      </ul>
      {isCut ? <p className="muted">There are more changes than are shown here.</p> : null}
    </>
  );
}

export function pathText(path: readonly string[]): string {
  return path.length === 0 ? "(the whole)" : path.join(" › ");
}

function ChangedValue({ change }: { readonly change: Change }) {
  if (change.kind === "added") return <ReadableValue value={change.after} depth={2} />;
  if (change.kind === "removed") return <ReadableValue value={change.before} depth={2} />;
  const { before, after } = change;
  if (typeof before === "string" && typeof after === "string")
    return <TextChange before={before} after={after} />;
  return (
    <div className="before-after">
      <del>
        <ReadableValue value={before} depth={2} />
      </del>
      <ins>
        <ReadableValue value={after} depth={2} />
      </ins>
    </div>
  );
}

function TextChange({ before, after }: { readonly before: string; readonly after: string }) {
  const isOfLines = before.includes("\n") || after.includes("\n");
  const isLong = before.length > longText || after.length > longText;
  const pieces = useMemo(
    () => (isOfLines ? lineDiff(before, after) : isLong ? wordDiff(before, after) : []),
    [before, after, isOfLines, isLong],
  );
  if (isOfLines) return <DiffLines lines={pieces as ReturnType<typeof lineDiff>} />;
  if (!isLong) {
    return (
      <div className="before-after">
        <del>{before || "(empty)"}</del>
        <ins>{after || "(empty)"}</ins>
      </div>
    );
  }
  return (
    <p className="words">
      {(pieces as readonly TextPiece[]).map(({ kind, text }, at) => {
        const Piece = kind === "added" ? "ins" : kind === "removed" ? "del" : "span";
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and do not move
        return <Piece key={at}>{text}</Piece>;
      })}
    </p>
  );
}

/** A diff that somebody else has made. */
export function PatchView({ patch }: { readonly patch: string }) {
  const lines = useMemo(() => patchLines(patch), [patch]);
  return <DiffLines lines={lines} />;
}

type Line = ReturnType<typeof lineDiff>[number] | ReturnType<typeof patchLines>[number];

const signs = { added: "+", removed: "−", same: " ", place: " " } as const;
const words = { added: "added: ", removed: "removed: ", same: "", place: "" } as const;
const shownLines = 400;

function DiffLines({ lines }: { readonly lines: readonly Line[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keyboard
    <section className="diff-lines mono" tabIndex={0} aria-label="Lines that differ">
      {lines.slice(0, shownLines).map((line, at) =>
        line.kind === "folded" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not move
          <div key={at} className="diff-line folded">
            {line.count} lines that are the same
          </div>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not move
          <div key={at} className={`diff-line ${line.kind}`}>
            <span aria-hidden="true">{signs[line.kind]} </span>
            <span className="visually-hidden">{words[line.kind]}</span>
            {line.text}
          </div>
        ),
      )}
      {lines.length > shownLines ? (
        <div className="diff-line folded">and {lines.length - shownLines} more lines</div>
      ) : null}
    </section>
  );
}
