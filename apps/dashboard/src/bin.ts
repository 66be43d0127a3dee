#!/usr/bin/env node
/** `npx @attune/dashboard`. */
import { startDashboard } from "./start-dashboard.ts";

const { link } = await startDashboard();
console.log(link);
