/** Finds what a module exports: by which tier's means, the policy says; how well, the module itself says. */
import { readFile } from "node:fs/promises";
import { BaseWorkflow, ModelTier, type StageReturn } from "@attune/workflow";
import { exportFinders } from "../exports/export-finders.ts";
import { agreement, realExports } from "../exports/export-judge.ts";

export interface FoundExports {
  readonly file: string;
  readonly names: readonly string[];
}

interface FindExportsSetup {
  /** Under which its ratings are kept. */
  readonly name: string;
  /** With which it begins. */
  readonly tier: ModelTier;
}

export const findStage = "find";

/** Made-up prices. Characters are counted as tokens: those of the file in, those of the names out. */
export const prices = {
  [ModelTier.CHEAP]: { perMillionIn: 1, perMillionOut: 5 },
  [ModelTier.CAPABLE]: { perMillionIn: 3, perMillionOut: 15 },
  [ModelTier.PREMIUM]: { perMillionIn: 15, perMillionOut: 75 },
};

/** The input is the file's path. */
export class FindExportsWorkflow extends BaseWorkflow<string, FoundExports> {
  readonly name: string;
  readonly stages = [findStage];
  override readonly tierMap: Readonly<Record<string, ModelTier>>;

  constructor({ name, tier }: FindExportsSetup, ...options: ConstructorParameters<typeof BaseWorkflow>) {
    super(...options);
    this.name = name;
    this.tierMap = { [findStage]: tier };
  }

  async runStage(_stage: string, tier: ModelTier, file: string): Promise<StageReturn> {
    const source = await readFile(file, "utf8");
    const names = exportFinders[tier](source);
    return { output: { file, names }, tokensIn: source.length, tokensOut: names.join("\n").length };
  }

  override async quality(_stage: string, output: FoundExports): Promise<number> {
    return agreement(output.names, await realExports(output.file));
  }
}
