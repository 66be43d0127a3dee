/** Looks at stores, and prints the findings of each. */
import { diagnose } from "@attune/transport";

const { urls } = JSON.parse(process.argv[2]!) as { readonly urls: readonly string[] };
console.log(JSON.stringify(await Promise.all(urls.map((url) => diagnose(url)))));
