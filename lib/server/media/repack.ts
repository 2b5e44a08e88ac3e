import "server-only";
import { open, rm } from "node:fs/promises";
import {
  Conversion,
  type Input,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from "mediabunny";
import { VideoUnusableError } from "./file-errors";
import { withInput } from "./open-input";

/** Writes the same frames and sounds into an MP4 with its index in front. Throws a `VideoUnusableError`, and leaves nothing. */
export async function repackVideo(source: string, target: string): Promise<void> {
  const file = await open(target, "w");
  try {
    const writable = new WritableStream<StreamTargetChunk>({
      async write({ data, position }) {
        await file.write(data, 0, data.length, position);
      },
    });
    await withInput(source, (input) => copyTracks(input, new StreamTarget(writable)));
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function copyTracks(input: Input, target: StreamTarget): Promise<void> {
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target });
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  const conversion = await Conversion.init({
    input,
    output,
    copy: { mode: "forced" },
    // Time codes, captions and a second sound track play nowhere, so the video must not fail because of them.
    video: (track) => (track === video ? {} : { discard: true }),
    audio: (track) => (track === audio ? {} : { discard: true }),
    showWarnings: false,
  });
  const isComplete = conversion.discardedTracks.every(
    ({ track }) => track !== video && track !== audio,
  );
  if (!isComplete || !conversion.isValid) {
    await output.cancel();
    throw new VideoUnusableError("A track can't be copied.");
  }
  await conversion.execute();
}
