/** How large a screen is. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}
