import { expect, test } from "vitest";
import { toAsciiFileName, toFileName } from "@/lib/file-name";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const split = (text: string) => Array.from(graphemes.segment(text), ({ segment }) => segment);

test.each([
  ["English", "[Push in, Pan right] the rocket leaves the pad", "the-rocket-leaves-the-pad.mp4"],
  ["a path", "../../etc/passwd", "etc-passwd.mp4"],
  ["Chinese", "火箭 升空", "火箭-升空.mp4"],
  ["a camera move alone", "[Push in]", "push-in.mp4"],
  ["signs alone", "!!!", "firstframe.mp4"],
  ["Hindi", "रॉकेट उड़ान भरता है", "रॉकेट-उड़ान-भरता-है.mp4".normalize("NFC")],
  ["Thai", "จรวดกำลังขึ้นสู่ท้องฟ้า", "จรวดกำลังขึ้นสู่ท้องฟ้า.mp4"],
  ["vowelled Hebrew", "שָׁלוֹם עוֹלָם", "שָׁלוֹם-עוֹלָם.mp4".normalize("NFC")],
  ["vowelled Arabic", "مَرْحَبًا بِالعَالَم", "مَرْحَبًا-بِالعَالَم.mp4".normalize("NFC")],
  ["Persian, with a sign that keeps letters apart", "می\u200cخواهم", "می\u200cخواهم.mp4"],
  ["Tamil", "விண்கலம் பறக்கிறது", "விண்கலம்-பறக்கிறது.mp4".normalize("NFC")],
  ["Burmese", "မြန်မာ", "မြန်မာ.mp4"],
  ["é as one character", "caf\u00e9", "caf\u00e9.mp4"],
  ["é as a letter and its mark", "cafe\u0301", "caf\u00e9.mp4"],
  ["Vietnamese in parts", "Việt Nam".normalize("NFD"), "việt-nam.mp4".normalize("NFC")],
  ["Korean in parts", "로켓 발사".normalize("NFD"), "로켓-발사.mp4".normalize("NFC")],
  ["a mark of direction", "my \u202e4pm.exe", "my-4pm-exe.mp4"],
  ["a device of Windows", "con", "con-video.mp4"],
  ["a device of Windows in capitals", "CON", "con-video.mp4"],
  ["a device with a number", "Com1", "com1-video.mp4"],
  ["a device with a raised number", "LPT²", "lpt²-video.mp4"],
  ["a word that begins as a device does", "console", "console.mp4"],
  ["dots at the end", "the end...", "the-end.mp4"],
  ["spaces and dots around", " . hidden . ", "hidden.mp4"],
  ["what no file system takes", 'a<b>c:d"e/f\\g|h?i*j\u0000k', "a-b-c-d-e-f-g-h-i-jk.mp4"],
  ["letters that nobody sees", "\u3164\u115f", "firstframe.mp4"],
  ["a letter that nobody sees, beside others", "\u3164 rocket", "rocket.mp4"],
  ["half a character", "rocket \ud83d", "rocket.mp4"],
])("names a file in %s", (_, prompt, name) => {
  expect(toFileName(prompt)).toBe(name);
});

test("keeps the extension of a file that is not an MP4", () => {
  expect(toFileName("a rocket", "webm")).toBe("a-rocket.webm");
});

test.each([
  "x".repeat(2000),
  "é".repeat(2000),
  "火".repeat(2000),
  "क्षि".repeat(400),
  "नि\u0902".repeat(400),
  "กำ้".repeat(400),
  `${"a".repeat(46)}𠮷𠮷𠮷`,
  `e${"\u0301".repeat(500)}`,
  "ß-".repeat(300),
])("cuts a long name between characters: %s", (prompt) => {
  const name = toFileName(prompt);
  expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
  expect(name.length).toBeLessThanOrEqual(255);
  expect(name.isWellFormed()).toBe(true);
  const kept = split(name.slice(0, -".mp4".length));
  if (kept.join("") === "firstframe") return;
  const whole = split(prompt.toLowerCase().normalize("NFC").replaceAll(/-+$/g, ""));
  expect(kept).toEqual(whole.slice(0, kept.length));
});

test.each([
  ["the-rocket.mp4", "the-rocket.mp4"],
  ["café.webm", "cafe.webm"],
  ["火箭-升空.mp4", "firstframe.mp4"],
  ["火箭-2.mp4", "2.mp4"],
  ["còn.mp4", "con-video.mp4"],
  ["ｎｕｌ.mp4", "nul-video.mp4"],
  ["lpt².mov", "lpt2-video.mov"],
])("has a name in ASCII for %s", (name, ascii) => {
  expect(toAsciiFileName(name)).toBe(ascii);
});
