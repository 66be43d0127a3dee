/** `attune dead-letters`: every group that is known. */
import { textTable } from "@attune-tools/terminal-text";
import type { Session } from "../../session/session.ts";
import { knownGroups } from "./known-groups.ts";

export async function showGroups(session: Session): Promise<void> {
  const transport = await session.openExisting();
  const groups = await knownGroups(transport);
  const { stdout } = session;
  if (session.json) {
    return stdout.jsonArray(
      groups.map(({ group, eventTypes, pending, lag, replayed, deadLetters }) => ({
        group,
        event_types: eventTypes,
        pending,
        lag,
        replayed,
        dead_letters: deadLetters,
      })),
    );
  }
  const others =
    "Of an archive with a name of its own the dead letters are listed here only while it holds back trimming: attune dead-letters list archive:NAME";
  if (groups.length === 0) {
    session.note("No groups.");
    return session.note(others);
  }
  const count = (known: number | null) => (known === null ? "?" : String(known));
  const rows = groups.map(({ group, eventTypes, pending, lag, replayed, deadLetters }) => [
    group,
    String(pending),
    count(lag),
    count(replayed),
    String(deadLetters),
    eventTypes.join(", "),
  ]);
  const table = textTable(rows, {
    width: stdout.width,
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
        style: (text, row) => (groups[row]!.deadLetters > 0 ? stdout.style("red", text) : text),
      },
      { header: "EVENT TYPES", grow: true, priority: -1 },
    ],
  });
  stdout.table(table);
  session.note(others);
}
