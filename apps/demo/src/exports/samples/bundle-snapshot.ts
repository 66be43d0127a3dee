/** What the bundler is expected to write of a small program: compared character for character. */

export const bundleSnapshot = `
// src/clock.ts
export const now = () => Date.now();

// src/timer.ts
export class Timer {
  startedAt = now();
}

// src/main.ts
export function main() {
  return new Timer();
}
export { Timer as default };
`;
