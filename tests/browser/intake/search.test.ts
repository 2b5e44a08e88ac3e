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

  // As in Chromium, a slice of a file that no longer exists can be made, but not read.
  override arrayBuffer(): Promise<never> {
    return Promise.reject(new DOMException("", this.why));
  }
}

test("accepts any single file, because later checks report what is wrong with it", async () => {
  expect(await find([picture("a.png")])).toMatchObject({ file: { name: "a.png" }, notes: [] });
  expect(await find([text("a.txt")])).toMatchObject({ kind: "found", file: { name: "a.txt" } });
});

test("uses the first picture of several files, and names the others", async () => {
  const files = [text("a.txt"), picture("b.png"), picture("c.png"), new File([""], "d.mp4")];
  expect(await find(files)).toMatchObject({
    file: { name: "b.png" },
    notes: [
      { code: "leftOut", values: { names: "c.png, d.mp4" } },
      { code: "noPictures", values: { names: "a.txt" } },
    ],
  });
});

test("names three of many, and counts the others", async () => {
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

test("says that none of several files is a picture, and names them", async () => {
  expect(await find([text("a.txt"), text("b.pdf")], [folder("C", [])])).toMatchObject({
    problem: { code: "picture_unreadable", detail: "a.txt, b.pdf, C" },
  });
});

test.each([
  ["NotFoundError", "picture_gone"],
  ["NotReadableError", "picture_changed"],
  ["SecurityError", "picture_changed"],
])("reports a file with %s", async (why, code) => {
  expect(await find([new Unreadable("a.png", why)])).toMatchObject({ problem: { code } });
});

test("uses another file if the first can't be read", async () => {
  expect(await find([new Unreadable("a.png", "NotFoundError"), picture("b.png")])).toMatchObject({
    file: { name: "b.png" },
    notes: [{ code: "notRead", values: { names: "a.png" } }],
  });
});

test("uses the first picture of a folder by name, names with a picture's extension first", async () => {
  const files = [picture("10.png"), text("1.txt"), picture("9.png"), text(".DS_Store")];
  expect(await find([], [folder("Holidays", files)])).toMatchObject({
    file: { name: "9.png" },
    notes: [{ code: "fromFolder", values: { names: "Holidays" } }],
  });
});

test("searches the subfolders of a folder, and ignores a second folder", async () => {
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

test("limits the number and depth of the files that it lists in a folder", async () => {
  const many = Array.from({ length: 5000 }, (_, index) => text(`${index}.txt`));
  expect(await find([], [folder("Many", many)])).toMatchObject({
    problem: { code: "folder_without_picture" },
  });
  let deep = folder("Bottom", [picture("a.png")]);
  for (let depth = 0; depth < 100; depth++) deep = folder(`${depth}`, [deep]);
  expect(await find([], [deep])).toMatchObject({ problem: { code: "folder_empty" } });
});

test("tries the addresses in order until one has a picture", async () => {
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

test("reports the problem of the first of several addresses, and stops when all would fail", async () => {
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

test("lists what a share target received beside the picture", async () => {
  const leftOut = { count: 5, names: ["b.png"] };
  const fetchLink = async () => ({ kind: "found", file: picture("a.png"), leftOut }) as const;
  const search = openSearch(addresses("/shared/1"), { joinNames, fetchLink });
  expect(await search.find(AbortSignal.any([]))).toMatchObject({
    notes: [{ code: "leftOut", values: { names: "b.png of 5" } }],
  });
});

test("uses a short name until the real one is known", () => {
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

/** Like a folder in a browser, whose reader returns a hundred entries at a time. */
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
