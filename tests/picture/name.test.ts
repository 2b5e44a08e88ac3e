import { expect, test } from "vitest";
import { shortenName } from "@/lib/picture/name";

test("does not change a name that is short enough", () => {
  expect(shortenName("Café (1).jpg")).toBe("Café (1).jpg");
  expect(shortenName("")).toBe("");
  expect(shortenName(`${"图".repeat(96)}.png`)).toHaveLength(100);
});

test.each([
  [`${"a".repeat(300)}.jpeg`, `${"a".repeat(94)}….jpeg`],
  [`${"图".repeat(300)}.heic`, `${"图".repeat(94)}….heic`],
  ["a".repeat(300), `${"a".repeat(99)}…`],
  [`.${"a".repeat(300)}`, `.${"a".repeat(98)}…`],
  [`a.${"b".repeat(300)}`, `a.${"b".repeat(97)}…`],
])("shortens %s and keeps its ending", (name, short) => {
  expect(shortenName(name)).toBe(short);
});

test("cuts between characters, not inside one", () => {
  expect(shortenName(`${"🌅".repeat(300)}.png`)).toBe(`${"🌅".repeat(95)}….png`);
  expect(shortenName("half\ud83d.png").isWellFormed()).toBe(true);
});

test("removes characters that would disguise the name", () => {
  expect(shortenName("photo\u202egnp.exe\n")).toBe("photognp.exe");
});
