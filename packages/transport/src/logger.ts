/** Where warnings go. */

/** `console` and pino loggers fit as they are: every call passes one text. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The default: warnings and errors on stderr, nothing else; what agents wrote in them cannot act on a terminal. */
export const defaultLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (message) => console.warn(withoutControls(message)),
  error: (message) => console.error(withoutControls(message)),
};

/** But for ends of lines and tabs: control characters, and what turns the direction of reading. */
const acting = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function withoutControls(message: string): string {
  return message.replace(acting, (character) => {
    if (character === "\n" || character === "\t") return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Says nothing at all. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
