import { expect, test } from "vitest";
import { findUnreadable, nameUnreadable } from "@/lib/picture/unreadable";

test.each([
  ["NotFoundError", "picture_gone", "picture_gone"],
  ["NotReadableError", "picture_changed", "picture_changed"],
  ["SecurityError", undefined, "picture_changed"],
  ["EncodingError", undefined, "picture_changed"],
])("names a file whose bytes fail with %s", (name, found, named) => {
  expect(findUnreadable(new DOMException("", name))).toBe(found);
  expect(nameUnreadable(new DOMException("", name))).toBe(named);
});
