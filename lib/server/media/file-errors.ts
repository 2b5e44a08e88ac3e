import "server-only";

/** The file is unusable, and the server is not to blame: it is empty, cut short, or no video. */
export class VideoUnusableError extends Error {
  override name = "VideoUnusableError";
}

// A full disk or a missing file says nothing about the video.
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
