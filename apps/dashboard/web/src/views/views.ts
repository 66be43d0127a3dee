/** The views: their paths, names and keys. */
export const views = [
  { path: "/", name: "Fleet", key: "f" },
  { path: "/signals", name: "Signals", key: "s" },
  { path: "/events", name: "Events", key: "e" },
  { path: "/approvals", name: "Approvals", key: "a" },
  { path: "/quality", name: "Quality", key: "q" },
  { path: "/health", name: "Health", key: "h" },
] as const;
