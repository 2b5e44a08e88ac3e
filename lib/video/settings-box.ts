import { z } from "zod/mini";
import type { GenerationInput } from "../generation.ts";
import { MAX_PROMPT_LENGTH } from "../models/limits.ts";

// A top-level `uuid` box (ISO/IEC 14496-12), the last of the file: players pass over it, and whoever may not see the
// prompt is given the file up to where it begins.

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

/** What a video was made with: nothing that names its owner, an upload or a key. */
export type VideoSettings = Omit<z.infer<typeof settingsSchema>, "firstframe">;

// 6f5b1c2e-f84d-8f9a-b0fe-46697273740a. Holds bytes that UTF-8 never does, so that no prompt can look like it.
const UUID = [0x6f, 0x5b, 0x1c, 0x2e, 0xf8, 0x4d, 0x8f, 0x9a, 0xb0, 0xfe]
  .concat([0x46, 0x69, 0x72, 0x73, 0x74, 0x0a])
  .map((byte) => String.fromCharCode(byte))
  .join("");
const HEAD_BYTES = 8 + UUID.length;

/** No box of ours is longer: a prompt takes at most six bytes a character. */
export const SETTINGS_TAIL_BYTES = 16 * 1024;

/** The box to be put at the end of an MP4. */
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

/** How long our box at the end of these bytes is, whatever it holds; 0 when there is none. `tail`: the file's last bytes. */
export function measureSettingsBox(tail: Uint8Array): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - HEAD_BYTES; at >= 0; at--) {
    const length = tail.length - at;
    if (view.getUint32(at) === length && isOurs(tail, at)) return length;
  }
  return 0;
}

/** What the box at the end of these bytes says; `undefined` when there is none, or it is not as we write it. */
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
