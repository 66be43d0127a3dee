/** Options that several commands have, in the same words. `more`: what is so in that command alone. */
import { Option } from "commander";
import { mostCount } from "../input/count.ts";
import { collected, once } from "../input/repeated.ts";

/** `what`: of which things. */
export function typesOption(what: string, more = ""): Option {
  return new Option("--type <type>", `only ${what} of this type; several: say it again${more}`).argParser(
    collected,
  );
}

export function oneTypeOption(description: string): Option {
  return new Option("--type <type>", description).argParser(once("--type"));
}

export function sinceOption(more = ""): Option {
  return new Option("--since <when>", `not older than: 90s, 10m, 2h, 1d ago, or a time${more}`);
}

export function countOption(description: string): Option {
  return new Option("--count <number>", `${description}; 1 to ${mostCount}`);
}

export function grepOption(): Option {
  const description = "only those whose type, source or data match (JavaScript's syntax)";
  return new Option("--grep <regexp>", description);
}

export function yesOption(more = ""): Option {
  return new Option("-y, --yes", `do not ask${more}`);
}
