import { expect, test } from "vitest";
import { adviseOnPassword, showDatabaseUrl } from "@/lib/server/database/show-url";

test.each([
  ["postgres://ann:secret@db:5432/films", "postgres://ann:…@db:5432/films"],
  ["postgres://ann:p@ss/w?rd@db/films", "postgres://ann:…@db/films"],
  [
    "postgres://db/films?user=ann&password=secret&sslmode=require",
    "postgres://db/films?user=ann&password=…&sslmode=require",
  ],
  ["postgres://db/films", "postgres://db/films"],
  ["file:data/a@b.db", "file:data/a@b.db"],
])("shows %s without its password", (url, shown) => {
  expect(showDatabaseUrl(url)).toBe(shown);
});

test("says which characters of a password must be encoded", () => {
  expect(adviseOnPassword("postgres://ann:p@ss/word@db/films")).toContain("@ is %40");
  expect(adviseOnPassword("postgres://ann:50%off@db/films")).toContain("% is %25");
  expect(adviseOnPassword("postgres://ann:p%40ss@db/films")).toBeUndefined();
  expect(adviseOnPassword("postgres://db/films")).toBeUndefined();
});
