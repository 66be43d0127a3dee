/** `attune dead-letters`: every group that is known. */
import { EventStreamer } from "@attune/streams";
import { textTable } from "@attune-tools/terminal-text";
import type { Session } from "../../session/session.ts";
import { knownGroups } from "./known-groups.ts";

export async function showGroups(session: Session): Promise<void> {
  const transport = await session.open("read");
  const groups = await knownGroups(new EventStreamer({ transport }));
  const { stdout } = session;
  if (session.json) {
    return stdout.jsonArray(
      groups.map(({ group, eventTypes, pending, lag, deadLetters }) => ({
        group,
        event_types: eventTypes,
        pending,
        lag,
        dead_letters: deadLetters,
      })),
    );
  }
  if (groups.length === 0) return session.note("No groups.");
  const rows = groups.map(({ group, eventTypes, pending, lag, deadLetters }) => [
    group,
    String(pending),
    lag === null ? "?" : String(lag),
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
}
