/** How long a decision can be looked up by the id of its request: a run leaves nothing in a shared store for long. */
export const keepMs = 3_600_000;
