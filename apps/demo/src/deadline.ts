/** Whatever the store does, a demonstration is over by then. */
export const deadlineMs = 20_000;
