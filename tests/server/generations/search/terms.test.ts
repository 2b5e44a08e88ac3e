import { expect, test } from "vitest";
import { toTerms, toWanted } from "@/lib/server/generations/search/terms";

test.each([
  ["Café CRÈME, 2×", "cafe creme 2"],
  ["[Push in, Pan left] the cup's steam", "push in pan left the cup s steam"],
  ["ＦＵＬＬ width", "full width"],
  ["杯子冒热气 cup", "杯 子 冒 热 气 cup"],
  ["カップ ｶｯﾌﾟ", "カ ッ プ カ ッ プ"],
  ["한국어", "한 국 어"],
  ["नमस्ते दुनिया", "नमस्ते दुनिया"],
  ["party 🎉!", "party emoji1f389"],
  ["' \" -- ; drop table * & | <-> ()", "drop table"],
  ["", ""],
])("the terms of %j are %j", (text, terms) => {
  expect(toTerms(text).join(" ")).toBe(terms);
});

test("a Latin word is searched as a prefix, and a Chinese word as a phrase", () => {
  expect(toWanted("cof 杯子")).toEqual([
    { type: "beginning", term: "cof" },
    { type: "phrase", terms: ["杯", "子"] },
  ]);
});

test.each(["!!", "   ", "\"'`", "()"])("the query %j asks for nothing", (query) => {
  expect(toWanted(query)).toEqual([]);
});

test("a query of 2,000 characters is searched by its first words", () => {
  expect(toWanted("word ".repeat(400)).length).toBeLessThan(100);
});
