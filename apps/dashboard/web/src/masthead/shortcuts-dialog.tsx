/** All keys, on `?`. */
import { Dialog } from "../ui/dialog.tsx";
import { views } from "../views/views.ts";

interface Group {
  readonly title: string;
  readonly keys: readonly (readonly [keys: readonly string[], does: string])[];
}

const groups: readonly Group[] = [
  {
    title: "Everywhere",
    keys: [
      [["/"], "search"],
      [["j"], "next"],
      [["k"], "previous"],
      [["Enter"], "open what is selected"],
      [["Esc"], "back, close"],
      [["?"], "these keys"],
    ],
  },
  { title: "Go to", keys: views.map(({ key, name }) => [["g", key], name] as const) },
  {
    title: "Events",
    keys: [
      [["p"], "pause, go on"],
      [["Space"], "the same"],
    ],
  },
  {
    title: "Approvals",
    keys: [
      [["a"], "approve, asks again"],
      [["r"], "reject, asks again"],
    ],
  },
];

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div className="shortcuts">
        {groups.map(({ title, keys }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([pressed, does]) => (
                <div key={does}>
                  <dt>
                    {pressed.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <form method="dialog" className="dialog-end">
        <button type="submit">Close</button>
      </form>
    </Dialog>
  );
}
