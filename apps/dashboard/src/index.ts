/** `@attune/dashboard`: the fleet, live, in a browser. */
export { type AlertRule, type AlertRules, defaultAlertRules, parseAlertRules } from "./alerts/alert-rules.ts";
export type { DashboardOptions } from "./dashboard-options.ts";
export { type Dashboard, startDashboard } from "./start-dashboard.ts";
