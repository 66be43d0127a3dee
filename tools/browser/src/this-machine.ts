/** The only hosts that a page may ask. */
export const hosts = ["127.0.0.1", "localhost"];

/** Whether the address is of another host. One that names none, as `data:` and `blob:`, is not. */
export function isElsewhere(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return /^(?:https?|wss?|ftp):$/.test(protocol) && !hosts.includes(hostname);
}
