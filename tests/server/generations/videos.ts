import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from "mediabunny";
import { encodeVideo } from "@/lib/local-fal/render/encode";

export const videoSize = { width: 320, height: 192 };
const FRAMES = 10;

let video: Promise<Buffer> | undefined;

/** A short grey video that plays while it loads. */
export function makeVideo(): Promise<Buffer> {
  const { width, height } = videoSize;
  const frame = () => new Uint8Array((width * height * 3) / 2).fill(128);
  video ??= encodeVideo(
    { ...videoSize, framesPerSecond: 25 },
    Array.from({ length: FRAMES }, () => frame),
    () => {},
  ).then(Buffer.from);
  return video;
}

export async function saveVideo(folder: string): Promise<string> {
  const path = join(folder, "video.mp4");
  await writeFile(path, await makeVideo());
  return path;
}

/** The same frames with the index at the end of the file. */
export async function makeVideoWithIndexAtEnd(): Promise<Buffer> {
  const input = new Input({ source: new BufferSource(await makeVideo()), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  const decoderConfig = (await track?.getDecoderConfig()) ?? undefined;
  if (!track || !decoderConfig) throw new Error("The video has no track");

  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: false }), target });
  const source = new EncodedVideoPacketSource("avc");
  output.addVideoTrack(source);
  await output.start();
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
  if (!target.buffer) throw new Error("The muxer gave no file");
  return Buffer.from(target.buffer);
}
