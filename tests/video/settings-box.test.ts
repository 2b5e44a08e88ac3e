import { describe, expect, test } from "vitest";
import type { GenerationInput } from "@/lib/generation";
import {
  measureSettingsBox,
  readSettings,
  SETTINGS_TAIL_BYTES,
  writeSettingsBox,
} from "@/lib/video/settings-box";

const model = "fal-ai/minimax-video/image-to-video";
const input: GenerationInput = {
  prompt: "[Push in] “the cup” 🚀",
  prompt_optimizer: false,
  duration: "10",
  resolution: "768P",
};
const frames = Uint8Array.from({ length: 300 }, (_, n) => (n * 7919) % 251);

test("reads what was written, after any file", () => {
  const box = writeSettingsBox(model, input);
  const file = join(frames, box);
  expect(readSettings(file)).toEqual({ model, input });
  expect(measureSettingsBox(file)).toBe(box.length);
});

test("is one box: length, type, UUID, then JSON", () => {
  const box = Buffer.from(writeSettingsBox(model, input));
  expect(box.readUInt32BE(0)).toBe(box.length);
  expect(box.toString("latin1", 4, 8)).toBe("uuid");
  expect(box.toString("hex", 8, 24)).toBe("6f5b1c2ef84d8f9ab0fe46697273740a");
  expect(JSON.parse(box.toString("utf8", 24))).toEqual({ firstframe: 1, model, input });
});

test("contains no address of an upload, and no extra fields", () => {
  const box = writeSettingsBox(model, {
    ...input,
    image_url: "https://v3.fal.media/files/secret.jpg",
    end_image_url: "https://v3.fal.media/files/end.jpg",
    ...{ owner: "ann", key: "key-id:key-secret" },
  });
  expect(Buffer.from(box).toString()).not.toMatch(/fal\.media|ann|key-/);
});

test("fits into the tail that is read, even with the longest prompt", () => {
  const prompt = "\u0001".repeat(2000);
  const box = writeSettingsBox("m".repeat(200), { ...input, prompt });
  expect(box.length).toBeLessThan(SETTINGS_TAIL_BYTES);
  expect(readSettings(box)?.input.prompt).toBe(prompt);
});

describe("a box that we did not write is not read", () => {
  const written = { firstframe: 1, model, input };
  test.each([
    ["nothing", new Uint8Array()],
    ["a few bytes", frames.subarray(0, 20)],
    ["a file without one", frames],
    ["a box that is not the last", join(writeSettingsBox(model, input), frames)],
    ["a length of 4 GB", withLength(0xffffffff)],
    ["a length to the end of the file", withLength(0)],
    ["a length in 64 bits", withLength(1)],
    ["a length shorter than its head", withLength(8)],
    ["another UUID", spoil(8)],
    ["another type", spoil(4)],
    ["broken JSON", boxOf('{"firstframe":1,')],
    ["no JSON at all", boxOf("")],
    ["text that is not UTF-8", join(boxOf(""), new Uint8Array()).fill(0xff, 24)],
    ["a list", boxOf("[]")],
    ["another version", boxOf(JSON.stringify({ ...written, firstframe: 2 }))],
    ["no model", boxOf(JSON.stringify({ ...written, model: undefined }))],
    ["a model that is not a word", boxOf(JSON.stringify({ ...written, model: { id: model } }))],
    ["an endless model", boxOf(JSON.stringify({ ...written, model: "m".repeat(201) }))],
    ["no prompt", boxWith({ prompt: undefined })],
    ["an empty prompt", boxWith({ prompt: "" })],
    ["a prompt over the limit", boxWith({ prompt: "x".repeat(2001) })],
    ["a duration that is a number", boxWith({ duration: 10 })],
    ["an optimizer that is a word", boxWith({ prompt_optimizer: "yes" })],
  ])("%s", (_, file) => {
    expect(readSettings(file)).toBeUndefined();
  });

  function boxWith(change: object) {
    return boxOf(JSON.stringify({ ...written, input: { ...input, ...change } }));
  }
});

test("drops fields that are not in the schema", () => {
  const more = { firstframe: 1, model, owner: "ann", input: { ...input, image_url: "https://x" } };
  expect(readSettings(boxOf(JSON.stringify(more)))).toEqual({ model, input });
});

test("is measured even if it can't be parsed, so that it can be cut off", () => {
  const box = boxOf('{"firstframe":9');
  expect(measureSettingsBox(join(frames, box))).toBe(box.length);
});

function boxOf(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const box = join(writeSettingsBox(model, input).subarray(0, 24), text);
  new DataView(box.buffer).setUint32(0, box.length);
  return box;
}

function withLength(length: number): Uint8Array {
  const box = writeSettingsBox(model, input);
  new DataView(box.buffer).setUint32(0, length);
  return box;
}

function spoil(at: number): Uint8Array {
  const box = writeSettingsBox(model, input);
  box[at] = 0;
  return box;
}

function join(...pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(pieces));
}
