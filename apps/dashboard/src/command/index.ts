/** `@attune/dashboard/command`: for programs that offer the dashboard as one of their commands. */
export { addDashboardOptions, type CommandValues, dashboardOptionsOf } from "./dashboard-command.ts";
