/** This machine has no such server, and none could be fetched. */
export class NotHereError extends Error {}
