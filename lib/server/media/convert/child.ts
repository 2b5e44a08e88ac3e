// This is a separate program, because native codecs read files of strangers, and an abort in them must not end the server.
import "@napi-rs/webcodecs/polyfill";
import {
  AudioSampleSink,
  AudioSampleSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  FilePathSource,
  FilePathTarget,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  MPEG_TS,
  Mp4OutputFormat,
  Output,
  QTFF,
  QUALITY_HIGH,
  registerDecoder,
  VideoSampleSink,
  VideoSampleSource,
  WEBM,
} from "mediabunny";
import { PlainVideoDecoder } from "./plain-video-decoder.ts";

// Key frames are never forced, because the encoder lets earlier frames depend on a forced one.
const KEY_FRAME_EVERY_SECONDS = 3600;
const AUDIO_BITS_PER_SECOND = 160_000;

type Pump = () => Promise<void>;

const [source = "", target = ""] = process.argv.slice(2);
// The server has the other end. If it closes, nobody waits for the result.
process.stdin.on("end", () => process.exit(1)).resume();

registerDecoder(PlainVideoDecoder);
try {
  await convert();
  process.exit(0);
} catch (error) {
  process.stderr.write(String(error instanceof Error ? error.stack : error), () => process.exit(1));
}

async function convert(): Promise<void> {
  const formats = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];
  const input = new Input({ source: new FilePathSource(source), formats });
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  if (!video) throw new Error("There is no video track.");
  // The video begins at 0, so sound before its first frame is left out.
  const start = await video.getFirstTimestamp();
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: "in-memory" }),
    target: new FilePathTarget(target),
  });
  const pumps = [await addVideo(output, video, start)];
  if (audio) pumps.push(await addAudio(output, audio, start));
  await output.start();
  await Promise.all(pumps.map((pump) => pump()));
  await output.finalize();
}

async function addVideo(output: Output, track: InputVideoTrack, start: number): Promise<Pump> {
  const source = new VideoSampleSource({
    ...{ codec: "avc", bitrate: QUALITY_HIGH, keyFrameInterval: KEY_FRAME_EVERY_SECONDS },
    ...{ alpha: "discard", hardwareAcceleration: "prefer-software" },
  });
  output.addVideoTrack(source, { rotation: await track.getRotation() });
  return async () => {
    for await (const sample of new VideoSampleSink(track).samples()) {
      sample.setTimestamp(Math.max(0, sample.timestamp - start));
      await source.add(sample);
      sample.close();
    }
    source.close();
  };
}

async function addAudio(output: Output, track: InputAudioTrack, start: number): Promise<Pump> {
  const codec = await track.getCodec();
  return codec === "aac" || codec === "mp3"
    ? copyAudio(output, track, codec, start)
    : encodeAudio(output, track, start);
}

async function copyAudio(
  output: Output,
  track: InputAudioTrack,
  codec: "aac" | "mp3",
  start: number,
): Promise<Pump> {
  const source = new EncodedAudioPacketSource(codec);
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  output.addAudioTrack(source);
  return async () => {
    for await (const packet of new EncodedPacketSink(track).packets()) {
      const timestamp = packet.timestamp - start;
      if (timestamp >= 0) await source.add(packet.clone({ timestamp }), { decoderConfig });
    }
    source.close();
  };
}

async function encodeAudio(output: Output, track: InputAudioTrack, start: number): Promise<Pump> {
  const source = new AudioSampleSource({ codec: "aac", bitrate: AUDIO_BITS_PER_SECOND });
  output.addAudioTrack(source);
  return async () => {
    for await (const sample of new AudioSampleSink(track).samples()) {
      const timestamp = sample.timestamp - start;
      if (timestamp >= 0) {
        sample.setTimestamp(timestamp);
        await source.add(sample);
      }
      sample.close();
    }
    source.close();
  };
}
