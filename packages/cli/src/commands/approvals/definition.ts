import { Command } from "commander";
import type { Definition } from "../../host.ts";
import { ownOptions } from "../own-options.ts";
import { oneTypeOption, yesOption } from "../shared-options.ts";

const watch = ["--watch", "go on with each request and each decision, until Ctrl-C"] as const;
const type = "only requests of this type";
const id = ["<id>", "of the request; its beginning will do, if there is one such pending request"] as const;

const answer = (name: string, description: string) =>
  new Command(name)
    .description(description)
    .argument(...id)
    .option("--reason <text>", "why; the agent gets it")
    .option("--as <name>", "who decides (default: ATTUNE_AGENT, else the user's name)")
    .option("--digest <digest>", "of the request as it was shown before: refused if it has changed since")
    .addOption(yesOption("; the id has to be whole then, or --digest given"));

export const approvals: Definition = ({ runs }) => {
  const list = runs(async () => (await import("./list-approvals.ts")).listApprovals);
  return ownOptions(new Command("approvals"))
    .description("requests for approval: what waits for a decision; look at one, approve or reject it")
    .option(...watch)
    .addOption(oneTypeOption(type))
    .action(list)
    .addCommand(
      new Command("list")
        .description("what waits for a decision; the same as approvals alone")
        .option(...watch)
        .addOption(oneTypeOption(type))
        .action(list),
    )
    .addCommand(
      new Command("show")
        .description("all that is known of a request, decided or not")
        .argument(...id)
        .action(runs(async () => (await import("./show-approval.ts")).showApproval)),
    )
    .addCommand(
      answer("approve", "approve a request; shows it, and asks before").action(
        runs(async () => (await import("./decide.ts")).approve),
      ),
    )
    .addCommand(
      answer("reject", "reject a request; shows it, and asks before").action(
        runs(async () => (await import("./decide.ts")).reject),
      ),
    );
};
