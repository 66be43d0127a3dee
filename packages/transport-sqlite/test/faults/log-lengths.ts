/** Watches how long SQLite's log becomes before it is begun anew. */
import { closeSync, openSync, readSync, statSync } from "node:fs";

export class LogLengths {
  readonly #path: string;
  /** Of each log that was begun anew since, its length before. */
  readonly ended: number[] = [];
  /** What tells this one from the one before. */
  #salt: string;
  #bytes = 0;
  #looks = 0;

  constructor(path: string) {
    this.#path = `${path}-wal`;
    this.#salt = this.#readSalt();
  }

  look(): void {
    const salt = this.#readSalt();
    if (salt !== this.#salt) {
      this.ended.push(this.#bytes);
      this.#looks = 0;
    }
    this.#salt = salt;
    this.#bytes = statSync(this.#path).size;
    this.#looks++;
  }

  /** Of the present one. 0 while it is new: it is cut off only after it was begun. */
  get present(): number {
    return this.#looks > 20 ? this.#bytes : 0;
  }

  /** Its header holds another one each time that it is begun anew. https://www.sqlite.org/fileformat2.html#walformat */
  #readSalt(): string {
    const file = openSync(this.#path, "r");
    try {
      const salt = Buffer.alloc(8);
      readSync(file, salt, 0, salt.length, 16);
      return salt.toString("hex");
    } finally {
      closeSync(file);
    }
  }
}
