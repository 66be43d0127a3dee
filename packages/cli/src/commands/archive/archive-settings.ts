/** The options of `attune archive`, checked before anything is opened. */
import { checkEventType } from "@attune/transport";
import { usageError } from "../../exit-code.ts";
import { wholeNumber } from "../../input/whole-number.ts";

export interface ArchiveCommandOptions {
  readonly to?: string;
  readonly name?: string;
  readonly type?: readonly string[];
  readonly from?: string;
  readonly untilCaughtUp?: boolean;
  readonly keep?: string;
  readonly maxLength?: string;
}

/** In the terms of `new Archive`. */
export interface ArchiveSettings {
  readonly name?: string;
  readonly eventTypes?: readonly string[];
  readonly from?: "beginning" | "now";
  readonly archiveBeforeTrim?: { readonly keep: number; readonly maxLength: number };
}

export function archiveSettings(options: ArchiveCommandOptions): ArchiveSettings {
  const { name, type, from, keep, maxLength } = options;
  for (const each of type ?? []) checkEventType(each);
  if (name === "") throw usageError("--name must not be empty.");
  if (from !== undefined && from !== "beginning" && from !== "now") {
    throw usageError(`--from is beginning or now, not ${JSON.stringify(from)}.`);
  }
  if ((keep === undefined) !== (maxLength === undefined)) {
    throw usageError("--keep and --max-length go together, for example: --keep 1000 --max-length 100000");
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(type === undefined ? {} : { eventTypes: type }),
    ...(from === undefined ? {} : { from }),
    ...(keep === undefined || maxLength === undefined
      ? {}
      : { archiveBeforeTrim: trimming(keep, maxLength) }),
  };
}

function trimming(keepText: string, maxLengthText: string) {
  const keep = wholeNumber("--keep", keepText);
  return { keep, maxLength: wholeNumber("--max-length", maxLengthText, { min: keep }) };
}
