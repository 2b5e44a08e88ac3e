import { argon2Sync, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hashPassword, isPassword } from "@/lib/server/shares/password";

const same: [name: string, kept: string, given: string][] = [
  ["é in one and in two", "caf\u00e9", "cafe\u0301"],
  ["é in two and in one", "cafe\u0301", "caf\u00e9"],
  ["full width", "abc123", "ａｂｃ１２３"],
  ["Korean in parts", "비밀번호", "비밀번호".normalize("NFD")],
  ["a space behind", "open sesame", "open sesame "],
  ["a line end", "open sesame", "open sesame\r\n"],
  ["a tab before", "open sesame", "\topen sesame"],
  ["a space that the owner typed", " open sesame ", "open sesame"],
  ["a space of another width", "open sesame", "open\u3000sesame"],
  ["a space that does not break", "open sesame", "open\u00a0sesame"],
  ["what nobody sees at an end", "open sesame", "\u200bopen sesame\ufeff"],
  ["a ligature", "office", "oﬃce"],
  ["spaces alone", "   ", "   "],
];

test.each(same)("takes a password in another form: %s", async (_, kept, given) => {
  expect(await isPassword(given, await hashPassword(kept))).toBe(true);
});

test.each([
  ["another case", "open sesame", "Open sesame"],
  ["no accent", "café", "cafe"],
  ["no space inside", "open sesame", "opensesame"],
  ["nothing", "open sesame", ""],
  ["spaces alone", "open sesame", "   "],
])("refuses a different password: %s", async (_, kept, given) => {
  expect(await isPassword(given, await hashPassword(kept))).toBe(false);
});

test.each(["cafe\u0301", " open sesame ", "ａｂｃ", "plain"])(
  "still takes %j as it was hashed by an earlier version",
  async (password) => {
    expect(await isPassword(password, hashAsBefore(password))).toBe(true);
    expect(await isPassword(`${password}x`, hashAsBefore(password))).toBe(false);
  },
);

function hashAsBefore(password: string): string {
  const nonce = randomBytes(16);
  const cost = { parallelism: 1, memory: 19 * 1024, passes: 2, tagLength: 32 };
  const hash = argon2Sync("argon2id", { ...cost, message: password, nonce });
  return `${nonce.toString("base64url")}.${hash.toString("base64url")}`;
}
