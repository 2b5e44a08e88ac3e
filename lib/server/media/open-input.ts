import "server-only";
import { type FileHandle, open } from "node:fs/promises";
import {
  CustomSource,
  Input,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  WEBM,
} from "mediabunny";
import { isSystemError, VideoUnusableError } from "./file-errors";

// HLS is not among them, because its lists name other files.
const formats = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];
const CACHED_BYTES = 8 * 1024 * 1024;

/** Opens a file as a video while `use` runs. The package's own source would close the file at a time of its own choice. */
export async function withInput<Result>(
  path: string,
  use: (input: Input) => Promise<Result>,
): Promise<Result> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const source = new CustomSource({
      getSize: () => size,
      read: (start, end) => readExactly(file, start, end),
      maxCacheSize: CACHED_BYTES,
      prefetchProfile: "fileSystem",
      // The error belongs to data that was read ahead. Whoever uses the data gets it as well.
      handleUnhandledError: () => {},
    });
    const input = new Input({ source, formats });
    try {
      return await use(input);
    } catch (error) {
      throw isSystemError(error) ? error : toUnusable(error);
    } finally {
      input.dispose();
    }
  } finally {
    await file.close();
  }
}

async function readExactly(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) throw new VideoUnusableError("The file ends too early.");
    at += bytesRead;
  }
  return bytes;
}

function toUnusable(cause: unknown): VideoUnusableError {
  if (cause instanceof VideoUnusableError) return cause;
  return new VideoUnusableError("The video can't be read.", { cause });
}

export function withVideoTrack<Result>(
  path: string,
  use: (track: InputVideoTrack, input: Input) => Promise<Result>,
): Promise<Result> {
  return withInput(path, async (input) => {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new VideoUnusableError("The file has no video track.");
    return use(track, input);
  });
}
