import { expect, test } from "vitest";
import { findLink, nameFile, readLink } from "@/lib/picture/link";

test.each([
  ["https://example.com/a.png", "https://example.com/a.png"],
  ["  HTTP://example.com/a%20b.png \n", "http://example.com/a%20b.png"],
  ["# a comment\r\nhttps://example.com/a.png\r\nhttps://example.com/b.png", /a\.png$/],
])("reads %j as an address", (text, href) => {
  expect(readLink(text)?.href).toMatch(href);
});

test.each([
  "",
  "a rocket",
  "see https://example.com/a.png",
  "https://example.com/a.png is it",
  "file:///etc/passwd",
  "data:image/png;base64,AAAA",
  "javascript:alert(1)",
  "http://",
])("does not read %j as an address", (text) => {
  expect(readLink(text)).toBeUndefined();
});

test.each([
  ["https://example.com/photos/a%20rocket.png?size=2", "a rocket.png"],
  ["https://example.com/100%.png", "100%.png"],
  ["https://example.com/", "example.com"],
])("names the file at %s %s", (url, name) => {
  expect(nameFile(new URL(url))).toBe(name);
});

test.each([
  ["https://example.com/a.png", "https://example.com/a.png"],
  ["Look at this: https://example.com/a.png.", "https://example.com/a.png"],
  ["A cup\n\nhttp://example.com/cup?size=large via Photos", "http://example.com/cup?size=large"],
  ["(https://example.com/a.png)", "https://example.com/a.png"],
  ["https://example.com/Cup_(blue).png is it", "https://example.com/Cup_(blue).png"],
  ["[cup](https://example.com/a.png), see?", "https://example.com/a.png"],
  ['<a href="https://example.com/a.png">', "https://example.com/a.png"],
  ["看这张图https://example.com/a.png，很好看", "https://example.com/a.png"],
  ["“https://example.com/a.png”!", "https://example.com/a.png"],
  ["two: https://example.com/a.png, https://example.com/b.png", "https://example.com/a.png"],
])("finds the address in %j", (text, href) => {
  expect(findLink(text)?.href).toBe(href);
});

test.each(["", "a rocket", "https://", "example.com/a.png", "data:image/png;base64,AAAA"])(
  "finds no address in %j",
  (text) => {
    expect(findLink(text)).toBeUndefined();
  },
);
