import { expect, test } from "vitest";
import { imageToVideo, models, textToVideo } from "@/lib/models";
import { checkInput } from "@/lib/server/gate/input";
import type { Upstream } from "@/lib/server/upstream/target";

const origin = "http://localhost:3000";
const upstream: Upstream = {
  kind: "local",
  base: "http://127.0.0.1:1",
  authorization: "",
  webhookKeysUrl: "",
};
const picture = "https://v3.fal.media/files/b/0a1b2c3d/picture.png";
const check = (model: (typeof models)[number], body: unknown) =>
  checkInput(model, typeof body === "string" ? body : JSON.stringify(body), { upstream, origin });

test("accepts input that fits the model, and rebuilds it with fal's own name for the picture", () => {
  const here = `${origin}/local-fal/v3.fal.media/files/b/0a1b2c3d/picture.png`;
  expect(check(imageToVideo, ` { "prompt": "a",\n "image_url": "${here}" }`)).toEqual({
    input: { prompt: "a", image_url: picture, prompt_optimizer: true },
    sent: JSON.stringify({ prompt: "a", image_url: here }),
  });
  expect(check(textToVideo, { prompt: "a", prompt_optimizer: false }).input).toEqual({
    prompt: "a",
    prompt_optimizer: false,
  });
});

test.each(models)("accepts the settings of $id, and no others", (model) => {
  const least = { prompt: "a", ...(model.takesPicture && { image_url: picture }) };
  expect(check(model, least).input).toMatchObject(least);
  for (const duration of ["6", "10", "7", 6]) {
    const isOffered = model.durations.length > 1 && model.durations.includes(String(duration));
    const attempt = () => check(model, { ...least, duration });
    if (isOffered && typeof duration === "string")
      expect(attempt().input).toMatchObject({ duration });
    else expect(attempt).toThrow(expect.objectContaining({ code: "bad_request" }));
  }
  const withEnd = () => check(model, { ...least, end_image_url: picture });
  if (model.takesEndPicture) expect(withEnd().input).toMatchObject({ end_image_url: picture });
  else expect(withEnd).toThrow(expect.objectContaining({ code: "bad_request" }));
});

const refused: [what: string, body: unknown, code: string][] = [
  ["nothing", "", "bad_request"],
  ["half an object", "{", "bad_request"],
  ["a list", "[]", "bad_request"],
  ["null", "null", "bad_request"],
  ["no prompt", { image_url: picture }, "bad_request"],
  ["a prompt of blanks", { prompt: " \n", image_url: picture }, "prompt_empty"],
  ["2,001 characters", { prompt: "a".repeat(2001), image_url: picture }, "prompt_too_long"],
  ["a prompt that is a number", { prompt: 7, image_url: picture }, "bad_request"],
  ["no picture", { prompt: "a" }, "picture_missing"],
  ["a picture without an address", { prompt: "a", image_url: "" }, "picture_missing"],
  ["an unknown field", { prompt: "a", image_url: picture, seed: 1 }, "bad_request"],
  ["a webhook", { prompt: "a", image_url: picture, fal_webhook: "https://x" }, "bad_request"],
  ["a prototype", `{"prompt":"a","image_url":"${picture}","__proto__":{"x":1}}`, "bad_request"],
  ["a depth of objects", { prompt: { a: { b: "c" } }, image_url: picture }, "bad_request"],
];
const elsewhere = [
  "https://evil.example/a.png",
  "http://v3.fal.media/files/a.png",
  "https://v3.fal.media.evil.example/a.png",
  "https://v3.fal.media:8443/a.png",
  "https://user@v3.fal.media/a.png",
  "https://v3.fal.media/../a.png",
  "http://127.0.0.1/a.png",
  "http://[::ffff:127.0.0.1]/a.png",
  "http://169.254.169.254/latest/meta-data",
  "file:///etc/passwd",
  "data:image/png;base64,AAAA",
  "javascript:alert(1)",
  "a.png",
];

test.each([
  ...refused,
  ...elsewhere.map((url): (typeof refused)[number] => [
    url,
    { prompt: "a", image_url: url },
    "picture_from_elsewhere",
  ]),
])("refuses %s", (_, body, code) => {
  expect(() => check(imageToVideo, body)).toThrow(expect.objectContaining({ code }));
});

test("sends a duplicate key once, with the value that was checked", () => {
  const { sent, input } = check(textToVideo, '{"prompt":"a","prompt":"b"}');
  expect(input.prompt).toBe("b");
  expect(sent).toBe('{"prompt":"b"}');
});
