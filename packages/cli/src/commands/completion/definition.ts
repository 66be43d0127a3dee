import { Argument, Command } from "commander";
import type { Definition } from "../../host.ts";

const setup = `
bash, in ~/.bashrc:                    eval "$(attune completion bash)"
zsh, in ~/.zshrc, behind compinit:     eval "$(attune completion zsh)"
fish, in ~/.config/fish/config.fish:   attune completion fish | source`;

export const completion: Definition = ({ runs }) =>
  new Command("completion")
    .description("print what completes commands, options, agents, event types, … in a shell")
    .addArgument(new Argument("<shell>", "which shell").choices(["bash", "zsh", "fish"]))
    .addHelpText("after", setup)
    .action(runs(async () => (await import("./print-script.ts")).printScript));

/** What the scripts ask; nobody calls it by hand. */
export const complete: Definition = ({ runs }) =>
  new Command("complete")
    .description("what may stand for the last of these words")
    .argument("[words...]")
    .action(runs(async () => (await import("./complete.ts")).complete));
