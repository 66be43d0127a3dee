#!/usr/bin/env node
/** `npx @attune/dashboard`: starts it, says under which link, and ends with Ctrl-C. */
import { main } from "./command/main.ts";

process.exitCode = await main(process.argv.slice(2));
