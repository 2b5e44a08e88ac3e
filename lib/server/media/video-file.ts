import "server-only";
import { open } from "node:fs/promises";
import {
  EncodedPacketSink,
  type Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MP4,
} from "mediabunny";
import { nameContainer } from "@/lib/video/containers";
import { type Boxes, closeBoxAt, mendBoxes } from "./boxes";
import { VideoUnusableError } from "./file-errors";
import { requireWholeMatroska } from "./matroska-length";
import { withInput } from "./open-input";

export type VideoFile = {
  contentType: string;
  /** The size as shown, after the track's rotation; absent if this server cannot read the file. */
  width?: number;
  height?: number;
  durationSeconds?: number;
  /** Absent if this server cannot read the file. */
  hasSound?: boolean;
  /**
   * What has to change so that every browser and chat plays it: the container, or the codecs too. Unknown for a file that
   * this server cannot decode.
   */
  needs: "nothing" | "container" | "codecs" | "unknown";
};

/**
 * Reads a file that a model delivered, and corrects what some players reject. Throws a `VideoUnusableError` if the file is no
 * video or is cut short.
 */
export async function readVideoFile(path: string): Promise<VideoFile> {
  const boxes = await mendBoxes(path);
  if (boxes && !boxes.types.includes("moov"))
    throw new VideoUnusableError("The file has no index.");
  const file = await withInput(path, async (input) => {
    if (!(await input.canRead())) return readUnknown(path);
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new VideoUnusableError("The file has no video track.");
    if (boxes?.overlong !== undefined) await requireEveryFrame(input);
    return readTrack(input, track, boxes);
  });
  if (boxes?.overlong !== undefined) await closeBoxAt(path, boxes.overlong);
  if (/webm|matroska/.test(file.contentType)) await requireWholeMatroska(path);
  return file;
}

async function readTrack(
  input: Input,
  track: InputVideoTrack,
  boxes: Boxes | undefined,
): Promise<VideoFile> {
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  const durationSeconds = await track.computeDuration();
  if (!(width > 0 && height > 0 && durationSeconds > 0))
    throw new VideoUnusableError("The video has no frames.");
  const format = await input.getFormat();
  const contentType = format.mimeType.toLowerCase();
  const audio = await input.getPrimaryAudioTrack();
  const codecs = await findCodecs(track, audio);
  const isPlain = format === MP4 && boxes !== undefined && playsWhileItLoads(boxes);
  const needs = codecs === "plain" ? (isPlain ? "nothing" : "container") : codecs;
  return { contentType, width, height, durationSeconds, hasSound: audio !== null, needs };
}

function playsWhileItLoads({ types }: Boxes): boolean {
  return !types.includes("moof") && !types.slice(0, types.indexOf("moov")).includes("mdat");
}

// The profiles of H.264 with 8 bits and 4:2:0. All browsers, chats and phones decode them.
const PLAIN_H264 = /^avc[13]\.(42|4d|58|64)/i;

async function findCodecs(
  track: InputVideoTrack,
  audio: InputAudioTrack | null,
): Promise<"plain" | "codecs" | "unknown"> {
  const config = await track.getDecoderConfig();
  const sound = audio && (await audio.getCodec());
  if (!config || (audio && !sound)) return "unknown";
  const isPlainSound = !audio || sound === "aac" || sound === "mp3";
  return PLAIN_H264.test(config.codec) && isPlainSound ? "plain" : "codecs";
}

/** Throws a `VideoUnusableError` unless the file has all bytes of its frames and sounds. */
async function requireEveryFrame(input: Input): Promise<void> {
  for (const track of await input.getTracks()) {
    if (!track.isVideoTrack() && !track.isAudioTrack()) continue;
    const sink = new EncodedPacketSink(track);
    const [listed, found] = [
      await countPackets(sink.packets(undefined, undefined, { metadataOnly: true })),
      await countPackets(sink.packets()),
    ];
    if (found < listed) throw new VideoUnusableError("The file is cut short.");
  }
}

async function countPackets(packets: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of packets) count++;
  return count;
}

async function readUnknown(path: string): Promise<VideoFile> {
  const file = await open(path);
  try {
    const start = new Uint8Array(256);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const contentType = nameContainer(start.subarray(0, bytesRead));
    if (!contentType) throw new VideoUnusableError("The file is not a video.");
    return { contentType, needs: "unknown" };
  } finally {
    await file.close();
  }
}
