/** `attune dead-letters`: every group that is known. */
import { textTable } from "@attune-tools/terminal-text";
import type { Output } from "../../session/output.ts";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";
import { type KnownGroup, knownGroups } from "./known-groups.ts";

export async function showGroups(session: Session): Promise<void> {
  const transport = await session.openExisting();
  const groups = await knownGroups(transport);
  const { stdout } = session;
  printList(session, {
    items: groups,
    json: groupJson,
    none: "No groups.",
    print: () => stdout.table(groupTable(groups, stdout)),
  });
  session.note(
    "Of an archive with a name of its own the dead letters are listed here only while it holds back trimming: attune dead-letters list archive:NAME",
  );
}

function groupJson({ group, eventTypes, pending, lag, replayed, deadLetters }: KnownGroup) {
  return { group, event_types: eventTypes, pending, lag, replayed, dead_letters: deadLetters };
}

function groupTable(groups: readonly KnownGroup[], output: Output): string[] {
  const count = (known: number | null) => (known === null ? "?" : String(known));
  const rows = groups.map(({ group, eventTypes, pending, lag, replayed, deadLetters }) => [
    group,
    String(pending),
    count(lag),
    count(replayed),
    String(deadLetters),
    eventTypes.join(", "),
  ]);
  return textTable(rows, {
    width: output.width,
    indent: 0,
    columns: [
      { header: "GROUP", keep: true, grow: true },
      { header: "PENDING", align: "right", keep: true },
      { header: "LAG", align: "right", keep: true },
      { header: "REPLAYED", align: "right", priority: 1 },
      {
        header: "DEAD LETTERS",
        align: "right",
        keep: true,
        style: (text, row) => (groups[row]!.deadLetters > 0 ? output.style("red", text) : text),
      },
      { header: "EVENT TYPES", grow: true, priority: -1 },
    ],
  });
}
