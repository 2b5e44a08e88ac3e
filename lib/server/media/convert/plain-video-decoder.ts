import { setTimeout as delay } from "node:timers/promises";
import { EncodedVideoChunk, VideoDecoder, type VideoFrame } from "@napi-rs/webcodecs";
import { CustomVideoDecoder, type EncodedPacket, VideoSample } from "mediabunny";
import { toPlainFrame } from "./plain-frames.ts";

// How many frames may wait for the encoder. Each is raw, and a large one has 12 megabytes.
const MOST_WAITING = 8;
const LOOKED_AGAIN_AFTER_MS = 5;

/** Decodes into frames that the encoder accepts, without transparency. */
export class PlainVideoDecoder extends CustomVideoDecoder {
  static override supports(): boolean {
    return true;
  }

  #decoder: VideoDecoder | undefined;
  #made = Promise.resolve();
  #failure: unknown;

  override init(): void {
    this.#decoder = new VideoDecoder({
      output: (frame) => {
        this.#made = this.#made.then(() => this.#pass(frame));
      },
      error: (error) => {
        this.#failure ??= error;
      },
    });
    const { description, codec, codedWidth, codedHeight } = this.config;
    this.#decoder.configure({
      ...{ codec, codedWidth, codedHeight, hardwareAcceleration: "prefer-software" },
      ...(description && { description: toBytes(description) }),
    });
  }

  override async decode({ type, timestamp, duration, data }: EncodedPacket): Promise<void> {
    this.#requireHealth();
    const timing = { timestamp: Math.round(timestamp * 1e6), duration: Math.round(duration * 1e6) };
    this.#decoder?.decode(new EncodedVideoChunk({ type, ...timing, data }));
    while ((this.#decoder?.decodeQueueSize ?? 0) > MOST_WAITING && this.#failure === undefined)
      await delay(LOOKED_AGAIN_AFTER_MS);
    await this.#made;
  }

  override async flush(): Promise<void> {
    this.#requireHealth();
    await this.#decoder?.flush();
    await this.#made;
    this.#requireHealth();
  }

  override close(): void {
    if (this.#decoder?.state !== "closed") this.#decoder?.close();
  }

  async #pass(frame: VideoFrame): Promise<void> {
    try {
      const plain = await toPlainFrame(frame);
      this.onSample(new VideoSample(plain as unknown as globalThis.VideoFrame));
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #requireHealth(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function toBytes(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
