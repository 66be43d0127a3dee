/** The live view of an audit in a terminal. */
import { cleanText, clipped } from "@attune-tools/terminal-text";
import { Screen, type TerminalStream } from "../terminal/screen.ts";
import type { AuditBoard, AuditEvent } from "./audit-board.ts";
import { auditFrame } from "./audit-frame.ts";
import type { AuditView } from "./audit-view.ts";

/** Ten pictures a second look fluent, and cost next to nothing. */
const redrawMs = 100;
/** While somebody types. */
const askingRedrawMs = 1000;

export class LiveView implements AuditView {
  readonly #screen: Screen;
  readonly #location: string;
  readonly #notices: string[] = [];
  #question: readonly string[] | null = null;
  /** How large the screen was when the question was put on it, and when the rest was drawn last. */
  #asked: { readonly columns: number; readonly rows: number; drawnAt: number } | undefined;
  readonly #timer: NodeJS.Timeout;
  #board: AuditBoard;

  constructor(stream: TerminalStream, location: string, board: AuditBoard) {
    this.#screen = new Screen(stream);
    this.#location = location;
    this.#board = board;
    this.#timer = setInterval(() => this.#draw(), redrawMs);
    this.#draw();
  }

  show(_event: AuditEvent, board: AuditBoard): void {
    this.#board = board; // drawn with the next picture
  }

  notice(message: string): void {
    this.#notices.push(message);
  }

  ask(question: readonly string[] | null): void {
    this.#question = question;
    this.#screen.hideCursor();
    this.#asked = undefined;
    this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#screen.close();
    // They were on the page that is gone now.
    for (const notice of this.#notices.splice(0)) console.error(notice);
  }

  #draw(): void {
    const { rows } = this.#screen;
    if (this.#question) this.#drawAround(this.#question);
    else this.#screen.draw(this.#frame(rows));
  }

  #frame(rows: number): string[] {
    const { columns } = this.#screen;
    const setup = { columns, rows, location: this.#location, now: Date.now(), notices: this.#notices };
    return auditFrame(this.#board, setup);
  }

  /** The last line of the question is left alone, once it is there: somebody is typing behind it. */
  #drawAround(question: readonly string[]): void {
    const { columns, rows } = this.#screen;
    const now = performance.now();
    const asked = this.#asked;
    const isThere = asked?.columns === columns && asked.rows === rows;
    // What the terminal shows of the typing must not get between two halves of a picture: there are few of them.
    if (isThere && now - asked.drawnAt < askingRedrawMs) return;
    this.#asked = { columns, rows, drawnAt: now };
    const lines = question.flatMap((line, index) =>
      index < question.length - 1 ? wrapped(line, columns) : [clipped(line, columns)],
    );
    const below = lines.slice(-Math.max(1, rows - 1));
    // One row less than there is: the answer ends with a line break, which must not move the picture.
    const room = Math.max(0, rows - below.length - 2);
    const frame = this.#frame(room);
    const above = [...frame, ...Array.from({ length: room - frame.length }, () => ""), ""].slice(
      0,
      rows - below.length - 1,
    );
    if (isThere) this.#screen.drawAbove([...above, ...below.slice(0, -1)]);
    else this.#screen.ask([...above, ...below]);
  }
}

/** Cut into as many lines as it takes: who is asked has to see all of it. */
function wrapped(text: string, columns: number): string[] {
  const characters = [...cleanText(text)];
  const count = Math.ceil(characters.length / columns);
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * columns, (index + 1) * columns).join(""),
  );
}
