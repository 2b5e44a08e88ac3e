import { expect, test } from "vitest";
import { nameFile, readLink } from "@/lib/picture/link";

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
