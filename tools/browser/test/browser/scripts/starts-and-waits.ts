/** Starts a browser, says where it writes, and waits to be killed. */
import { startBrowser } from "../../../src/index.ts";

const browser = await startBrowser();
await browser.newPage();
console.log(browser.folder);
setInterval(() => {}, 60_000);
