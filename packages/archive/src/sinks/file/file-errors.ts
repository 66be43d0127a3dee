/** What errors of the file system mean for a sink. */
import { AttuneError } from "@attune/transport";
import { sinkRefused, sinkUnavailable } from "../../sink-errors.ts";

const refusing = ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "ELOOP", "EINVAL"];

export function toFileError(error: unknown, location: string): AttuneError {
  if (error instanceof AttuneError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && refusing.includes(code))
    return sinkRefused(`${location} refuses: ${message}`, error);
  // A full disk, too many open files, a disk that is not mounted, a device that fails: these may pass.
  return sinkUnavailable(`Nothing can be stored in ${location}: ${message ?? error}`, error);
}
