import { expect, test } from "vitest";
import type { Folder } from "@/lib/browser/intake/intake";
import type { Given } from "@/lib/browser/intake/read-intake";
import { type Linked, openSearch } from "@/lib/browser/intake/search";
import { problem } from "@/lib/problems";

const png = "\x89PNG\r\n\x1a\n";
const picture = (name: string) => new File([Buffer.from(png, "latin1")], name);
const text = (name: string) => new File(["words"], name);

class Unreadable extends File {
  private readonly why: string;

  constructor(name: string, why: string) {
    super([], name);
    this.why = why;
  }

  // As in Chromium: of a file that is gone, a slice can be read.
  override arrayBuffer(): Promise<never> {
    return Promise.reject(new DOMException("", this.why));
  }
}

test("takes a file by itself, whatever is in it: its own checks say what is wrong", async () => {
  expect(await find([picture("a.png")])).toMatchObject({ file: { name: "a.png" }, notes: [] });
  expect(await find([text("a.txt")])).toMatchObject({ kind: "found", file: { name: "a.txt" } });
});

test("takes the first picture of several files, and names the others", async () => {
  const files = [text("a.txt"), picture("b.png"), picture("c.png"), new File([""], "d.mp4")];
  expect(await find(files)).toMatchObject({
    file: { name: "b.png" },
    notes: [
      { code: "leftOut", values: { names: "c.png, d.mp4" } },
      { code: "noPictures", values: { names: "a.txt" } },
    ],
  });
});

test("names three of many, and says how many there are", async () => {
  const files = Array.from({ length: 1000 }, (_, index) => picture(`${index}.png`));
  const found = await find(files);
  expect(found).toMatchObject({ notes: [{ values: { names: "1.png, 2.png, 3.png of 999" } }] });
});

test("leaves a folder closed beside a file, and says so", async () => {
  expect(await find([picture("a.png")], [folder("Holidays", [picture("b.png")])])).toMatchObject({
    file: { name: "a.png" },
    notes: [{ code: "notOpened", values: { names: "Holidays" } }],
  });
});

test("says that none of several files is a picture, and which they were", async () => {
  expect(await find([text("a.txt"), text("b.pdf")], [folder("C", [])])).toMatchObject({
    problem: { code: "picture_unreadable", detail: "a.txt, b.pdf, C" },
  });
});

test.each([
  ["NotFoundError", "picture_gone"],
  ["NotReadableError", "picture_changed"],
  ["SecurityError", "picture_changed"],
])("names a file with %s as that", async (why, code) => {
  expect(await find([new Unreadable("a.png", why)])).toMatchObject({ problem: { code } });
});

test("takes another where the first can't be read", async () => {
  expect(await find([new Unreadable("a.png", "NotFoundError"), picture("b.png")])).toMatchObject({
    file: { name: "b.png" },
    notes: [{ code: "notRead", values: { names: "a.png" } }],
  });
});

test("takes the first picture of a folder by name, a picture's name before another", async () => {
  const files = [picture("10.png"), text("1.txt"), picture("9.png"), text(".DS_Store")];
  expect(await find([], [folder("Holidays", files)])).toMatchObject({
    file: { name: "9.png" },
    notes: [{ code: "fromFolder", values: { names: "Holidays" } }],
  });
});

test("looks into the folders of a folder, and leaves the next folder closed", async () => {
  const inner = folder("Inner", [picture("a.png")]);
  const outer = folder("Outer", [text("a.txt"), inner]);
  expect(await find([], [folder("Empty", []), outer, folder("Last", [])])).toMatchObject({
    file: { name: "a.png" },
    notes: [{ code: "fromFolder" }, { code: "notOpened", values: { names: "Empty, Last" } }],
  });
});

test.each([
  ["folder_empty", []],
  ["folder_empty", [text(".DS_Store"), text("Thumbs.db")]],
  ["folder_empty", [folder("Inner", [])]],
  ["folder_without_picture", [text("a.txt")]],
])("says %s", async (code, entries) => {
  expect(await find([], [folder("Holidays", entries)])).toMatchObject({
    problem: { code, detail: "Holidays" },
  });
});

test("names a folder that can't be listed", async () => {
  const gone: Folder = {
    name: "Holidays",
    createReader: () => ({
      readEntries: (_, fail) => fail?.(new DOMException("", "NotFoundError")),
    }),
  };
  expect(await find([], [gone])).toMatchObject({ problem: { code: "picture_gone" } });
});

test("lists so many files of a folder, and so deep, and no more", async () => {
  const many = Array.from({ length: 5000 }, (_, index) => text(`${index}.txt`));
  expect(await find([], [folder("Many", many)])).toMatchObject({
    problem: { code: "folder_without_picture" },
  });
  let deep = folder("Bottom", [picture("a.png")]);
  for (let depth = 0; depth < 100; depth++) deep = folder(`${depth}`, [deep]);
  expect(await find([], [deep])).toMatchObject({ problem: { code: "folder_empty" } });
});

test("tries one address after another until one has a picture", async () => {
  const asked: string[] = [];
  const answers: Record<string, Linked> = {
    "/page": refused("picture_not_fetched"),
    "/drawing": refused("picture_is_drawing"),
    "/a.png": { kind: "found", file: picture("a.png") },
  };
  const search = openSearch(addresses("/page", "/drawing", "/a.png", "/b.png"), {
    joinNames,
    fetchLink: async ({ pathname }) => {
      asked.push(pathname);
      return answers[pathname] ?? refused("internal");
    },
  });
  expect(search.name).toBe("a.example");
  expect(await search.find(AbortSignal.any([]))).toMatchObject({ file: { name: "a.png" } });
  expect(asked).toEqual(["/page", "/drawing", "/a.png"]);
});

test("says of several addresses what is wrong with the first, and asks no more when all would fail", async () => {
  const findAt = async (code: Parameters<typeof problem>[0]) => {
    let asked = 0;
    const fetchLink = async () => {
      asked++;
      return refused(asked === 1 ? code : "picture_not_fetched");
    };
    const search = openSearch(addresses("/a", "/b"), { joinNames, fetchLink });
    return [await search.find(AbortSignal.any([])), asked];
  };
  expect(await findAt("picture_is_drawing")).toMatchObject([
    { problem: { code: "picture_is_drawing" } },
    2,
  ]);
  expect(await findAt("offline")).toMatchObject([{ problem: { code: "offline" } }, 1]);
});

test("says what another app handed over beside the picture", async () => {
  const leftOut = { count: 5, names: ["b.png"] };
  const fetchLink = async () => ({ kind: "found", file: picture("a.png"), leftOut }) as const;
  const search = openSearch(addresses("/shared/1"), { joinNames, fetchLink });
  expect(await search.find(AbortSignal.any([]))).toMatchObject({
    notes: [{ code: "leftOut", values: { names: "b.png of 5" } }],
  });
});

test("goes by a short name until it is found", () => {
  const source: Given = { kind: "files", files: [picture(`${"a".repeat(300)}.png`)], folders: [] };
  expect(openSearch(source, deps).name).toHaveLength(100);
});

const joinNames = (names: readonly string[], count: number) =>
  names.join(", ") + (count > names.length ? ` of ${count}` : "");

const deps = { joinNames, fetchLink: async () => refused("internal") };

function find(files: File[], folders: Folder[] = []) {
  return openSearch({ kind: "files", files, folders }, deps).find(AbortSignal.any([]));
}

function addresses(...paths: [string, ...string[]]): Given & { kind: "addresses" } {
  const [first, ...others] = paths.map((path) => new URL(path, "https://a.example"));
  return { kind: "addresses", urls: [first as URL, ...others] };
}

function refused(code: Parameters<typeof problem>[0]): Linked {
  return { kind: "refused", problem: problem(code) };
}

/** As a browser shows a folder: its reader gives a hundred at a time. */
function folder(name: string, content: readonly (File | Folder)[]): Folder {
  const entries = content.map((one) =>
    one instanceof File
      ? { name: one.name, isFile: true, file: (give: (file: File) => void) => give(one) }
      : { ...one, isDirectory: true },
  );
  const createReader = () => {
    const left = [...entries];
    const readEntries = (give: (some: FileSystemEntry[]) => void) =>
      give(left.splice(0, 100) as unknown as FileSystemEntry[]);
    return { readEntries };
  };
  return { name, createReader };
}
