/** What a proxy has seen and done since it was started; heal() does not reset it. */
export interface ProxyCounters {
  /** Connections clients made. */
  accepted: number;
  /** Chunks that came from clients, and from the server. A chunk is what one read brought, so about one write. */
  requests: number;
  replies: number;
  /** Bytes passed on to the server, and to clients. */
  bytesToServer: number;
  bytesToClient: number;
  /** Replies swallowed by dropReplies; each cost its connection too. */
  repliesDropped: number;
  /** Connections reset by cutAll. */
  cut: number;
  /** Connections whose server side could not be opened. */
  targetFailures: number;
}

export function newCounters(): ProxyCounters {
  return {
    accepted: 0,
    requests: 0,
    replies: 0,
    bytesToServer: 0,
    bytesToClient: 0,
    repliesDropped: 0,
    cut: 0,
    targetFailures: 0,
  };
}
