/** `@attune/dashboard`: the fleet, live, in a browser. */
export type { DashboardOptions } from "./dashboard-options.ts";
export { type Dashboard, startDashboard } from "./start-dashboard.ts";
