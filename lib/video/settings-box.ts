import { z } from "zod/mini";
import type { GenerationInput } from "../generation.ts";
import { MAX_PROMPT_LENGTH } from "../models/limits.ts";

// A top-level `uuid` box (ISO/IEC 14496-12) at the end of the file. Players skip it. A viewer who must not see the
// prompt gets the file without it.

const choice = z.optional(z.string().check(z.maxLength(40)));
const settingsSchema = z.object({
  firstframe: z.literal(1),
  model: z.string().check(z.minLength(1), z.maxLength(200)),
  input: z.object({
    prompt: z.string().check(z.minLength(1), z.maxLength(MAX_PROMPT_LENGTH)),
    prompt_optimizer: z.boolean(),
    duration: choice,
    resolution: choice,
  }),
});

/** The settings that made a video. They contain nothing that names its owner, an upload or a key. */
export type VideoSettings = Omit<z.infer<typeof settingsSchema>, "firstframe">;

// 6f5b1c2e-f84d-8f9a-b0fe-46697273740a. Some of these bytes never occur in UTF-8, so no prompt can look like it.
const UUID = [0x6f, 0x5b, 0x1c, 0x2e, 0xf8, 0x4d, 0x8f, 0x9a, 0xb0, 0xfe]
  .concat([0x46, 0x69, 0x72, 0x73, 0x74, 0x0a])
  .map((byte) => String.fromCharCode(byte))
  .join("");
const HEAD_BYTES = 8 + UUID.length;

/** Our box is never longer: a prompt needs at most six bytes for each character. */
export const SETTINGS_TAIL_BYTES = 16 * 1024;

/** Returns the box to append to an MP4. */
export function writeSettingsBox(
  model: string,
  { prompt, prompt_optimizer, duration, resolution }: GenerationInput,
): Uint8Array {
  const input = { prompt, prompt_optimizer, duration, resolution };
  const json = new TextEncoder().encode(JSON.stringify({ firstframe: 1, model, input }));
  const box = new Uint8Array(HEAD_BYTES + json.length);
  new DataView(box.buffer).setUint32(0, box.length);
  for (const [at, character] of [...`uuid${UUID}`].entries()) box[4 + at] = character.charCodeAt(0);
  box.set(json, HEAD_BYTES);
  return box;
}

/**
 * Returns the length of our box at the end of a file, whatever it contains, or 0 if there is none. `tail`: the file's
 * last bytes.
 */
export function measureSettingsBox(tail: Uint8Array): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - HEAD_BYTES; at >= 0; at--) {
    const length = tail.length - at;
    if (view.getUint32(at) === length && isOurs(tail, at)) return length;
  }
  return 0;
}

/**
 * Returns the settings in the box at the end of these bytes, or `undefined` if there is no box of ours that can be
 * parsed.
 */
export function readSettings(tail: Uint8Array): VideoSettings | undefined {
  const length = measureSettingsBox(tail);
  if (length === 0) return undefined;
  const json = tail.subarray(tail.length - length + HEAD_BYTES);
  const { data } = settingsSchema.safeParse(parse(json));
  return data && { model: data.model, input: data.input };
}

function isOurs(bytes: Uint8Array, at: number): boolean {
  return String.fromCharCode(...bytes.subarray(at + 4, at + HEAD_BYTES)) === `uuid${UUID}`;
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    return undefined;
  }
}
