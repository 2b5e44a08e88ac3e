import { expect, test } from "vitest";
import { LOCALES, messagesOf } from "@/lib/messages";
import { fill, fillCount, parts } from "@/lib/messages/fill";
import { localeOf } from "@/lib/server/http/locale";

const english = [...textsOf(messagesOf("en"))];

// Names and signs that are the same in every language.
const SAME_EVERYWHERE = /^(locale|.*\.same\..*)$/;

test.each(LOCALES.filter((locale) => locale !== "en"))("says all of it in %s", (locale) => {
  const translated = new Map(textsOf(messagesOf(locale)));
  for (const [key, source] of english) {
    const text = translated.get(key) ?? translated.get(key.replace(/\.(one|two|few)$/, ".other"));
    expect(text, key).toBeDefined();
    expect(holesOf(text ?? ""), key).toEqual(holesOf(source));
    if (SAME_EVERYWHERE.test(key)) continue;
    expect(text, `${key} stands as it is in English`).not.toBe(source);
  }
  for (const key of translated.keys()) expect(new Map(english).has(key), key).toBe(true);
});

test("fills holes with text and with elements", () => {
  expect(fill("{from} to {to}", { from: 1, to: 2 })).toBe("1 to 2");
  const link = { href: "/key" };
  expect(parts("Or {link}.", { link })).toEqual(["Or ", link, "."]);
});

test("counts by the rules of the language", () => {
  const words = { one: "{count} view", other: "{count} views" };
  expect([0, 1, 2].map((count) => fillCount(words, count, "en"))).toEqual([
    ...["0 views", "1 view", "2 views"],
  ]);
  expect(fillCount({ other: "{count} 次观看" }, 1, "zh")).toBe("1 次观看");
});

test.each([
  [null, "en"],
  ["", "en"],
  ["en-GB,en;q=0.9", "en"],
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
  ["zh-TW", "zh"],
  ["zh-Hans-CN", "zh"],
  ["de-DE,de;q=0.9,zh;q=0.5,en;q=0.3", "zh"],
  ["en;q=0.5,zh;q=0.4", "en"],
  ["zh;q=0", "en"],
  ["fr", "en"],
  ["*", "en"],
  ["\u0000;;,q=zh", "en"],
])("chooses among its languages for %j", (header, locale) => {
  const headers = { get: () => header };
  expect(localeOf(headers)).toBe(locale);
});

function* textsOf(value: unknown, path = ""): Generator<[key: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  else if (value && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      yield* textsOf(inner, path ? `${path}.${key}` : key);
    }
  }
}

function holesOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, hole = ""]) => hole).toSorted();
}

test("counts in the plural forms of Polish", () => {
  const words = {
    one: "{count} film",
    few: "{count} filmy",
    many: "{count} filmów",
    other: "{count} filmu",
  };
  expect([1, 3, 5, 12, 22, 1.5].map((count) => fillCount(words, count, "pl"))).toEqual([
    ...["1 film", "3 filmy", "5 filmów", "12 filmów", "22 filmy", "1.5 filmu"],
  ]);
});
