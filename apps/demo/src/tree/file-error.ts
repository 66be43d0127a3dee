/** Tells an error of the file system (gone, no permission, …) from a mistake in our own code. */

export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
