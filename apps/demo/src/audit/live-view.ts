/** The live view of an audit in a terminal. */
import { Screen, type TerminalStream } from "../terminal/screen.ts";
import type { AuditBoard, AuditEvent } from "./audit-board.ts";
import { auditFrame } from "./audit-frame.ts";
import type { AuditView } from "./audit-view.ts";

/** Ten pictures a second look fluent, and cost next to nothing. */
const redrawMs = 100;

export class LiveView implements AuditView {
  readonly #screen: Screen;
  readonly #location: string;
  readonly #notices: string[] = [];
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

  close(): void {
    clearInterval(this.#timer);
    this.#screen.close();
    // They were on the page that is gone now.
    for (const notice of this.#notices.splice(0)) console.error(notice);
  }

  #draw(): void {
    const { columns, rows } = this.#screen;
    const setup = { columns, rows, location: this.#location, now: Date.now(), notices: this.#notices };
    this.#screen.draw(auditFrame(this.#board, setup));
  }
}
