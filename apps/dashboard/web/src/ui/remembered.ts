/** What this browser remembers for its user: nothing, where it may not or cannot. Nothing depends on it. */

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full, or forbidden: the next time it is as by default.
  }
}
