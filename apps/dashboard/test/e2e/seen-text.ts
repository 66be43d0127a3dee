/** The text of an element as somebody sees it: with a space between what stands apart, and without what is hidden. */
import type { WatchedPage } from "@attune-tools/browser";

export type Place = ReturnType<WatchedPage["locator"]>;

export function seenText(place: Place): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: that would be what is hidden, too, and without spaces
  return place.innerText();
}
