/** Where a group stands in a stream. */
export interface GroupInfo {
  readonly group: string;
  readonly eventType: string;
  /** How many events were delivered, or handed back, and not acknowledged. */
  readonly pending: number;
  /** How many events were never delivered to the group; `null` where the store does not know. */
  readonly lag: number | null;
  /** The id of the newest event that was delivered; "0-0" when none was. */
  readonly lastDeliveredId: string;
}
