/** What stands in a list of the page, of which only what is seen is drawn. */
import type { WatchedPage } from "@attune-tools/browser";

/** How many items the list has; 0 where there is none. */
export async function countListed(page: WatchedPage): Promise<number> {
  const items = page.locator("main .virtual-item");
  const size = await items
    .first()
    .getAttribute("aria-setsize", { timeout: 1000 })
    .catch(() => null);
  return Number(size ?? 0);
}

/** The texts of one element of each item, from the first to the last: scrolls through all of them. */
export function readList(page: WatchedPage, selector: string): Promise<string[]> {
  return page.locator("main .virtual-list").evaluate(async (list, selector) => {
    const texts: string[] = [];
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const look = () => {
      for (const item of list.querySelectorAll(".virtual-item")) {
        const at = Number(item.getAttribute("aria-posinset")) - 1;
        texts[at] = item.querySelector(selector)?.textContent ?? item.textContent;
      }
    };
    for (let top = 0; ; top += list.clientHeight * 0.9) {
      list.scrollTop = top;
      await frame();
      await frame();
      look();
      if (top + list.clientHeight >= list.scrollHeight) return texts;
    }
  }, selector);
}
