import { addDashboardOptions } from "@attune/dashboard/command";
import { Command } from "commander";
import type { Definition } from "../../host.ts";

export const dashboard: Definition = ({ runs }) =>
  addDashboardOptions(new Command("dashboard"))
    .description("the fleet, live, in a browser")
    .action(runs(async () => (await import("./serve-dashboard.ts")).serveDashboard));
