/** A dashboard in a process of its own: `dashboard.ts URL PORT TOKEN WEBROOT`. Says `ready` with its port. */
import { startDashboard } from "@attune/dashboard";

const [url, port, token, webRoot] = process.argv.slice(2) as [string, string, string, string];
const dashboard = await startDashboard({ url, port: Number(port), token, webRoot });
console.log(`ready ${dashboard.url}`);
