import { expect, test } from "vitest";
import { type Folder, type Intake, mayBePicture, ownerOfDrag } from "@/lib/browser/intake/intake";
import type { Given } from "@/lib/browser/intake/read-intake";
import { readIntake } from "@/lib/browser/intake/read-intake";

const photo = new File(["x"], "cup.jpg", { type: "image/jpeg" });
const bitmap = new File(["x"], "image.png", { type: "image/png" });
const folder: Folder = { name: "Holidays", createReader: () => ({ readEntries: () => {} }) };
const embedded = `data:image/png;base64,${btoa("\x89PNG\r\n\x1a\n".repeat(200))}`;
const placeholder = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
const table = "<table><tr><td>1</td></tr></table>";
const word = `<!--[if gte vml 1]><v:imagedata src="file:///C:/a.png"/><![endif]--><p>A cup</p>`;
const docs = `<meta charset='utf-8'><b id="docs-internal-guid-1"><img src="https://lh7-rt.example/docsz/a" width="624" height="416"></b>`;
const linked = `<a href="https://shop.example/cup"><img src="https://cdn.example/cup.jpg?w=3&amp;h=2"></a>`;

type Row = [what: string, intake: Partial<Intake>, given: unknown];
const urls = (...hrefs: string[]) => ({
  kind: "addresses",
  urls: hrefs.map((href) => new URL(href)),
});
const files = (...given: File[]) => ({ kind: "files", files: given, folders: [] });
const nothing = (code: string) => ({ kind: "nothing", code });
const field = { kind: "field" };

const onThePage: Row[] = [
  ["a file", { files: [photo] }, files(photo)],
  ["two files", { files: [photo, bitmap] }, files(photo, bitmap)],
  ["a folder", { folders: [folder] }, { kind: "files", files: [], folders: [folder] }],
  ["a folder and a file", { files: [photo], folders: [folder] }, { files: [photo] }],
  ["a file with its address", { files: [photo], addresses: "https://a.example/" }, files(photo)],
  ["cells of Excel", { files: [bitmap], html: table, text: "1" }, files(bitmap)],
  ["an address", { addresses: "https://a.example/a.jpg" }, urls("https://a.example/a.jpg")],
  [
    "a list of addresses with a comment",
    { addresses: "# cups\r\nhttps://a.example/a.jpg\r\nhttps://a.example/b.jpg\r\n" },
    urls("https://a.example/a.jpg", "https://a.example/b.jpg"),
  ],
  [
    "a picture inside a link",
    { html: linked, addresses: "https://shop.example/cup", text: "https://shop.example/cup" },
    urls("https://cdn.example/cup.jpg?w=3&h=2", "https://shop.example/cup"),
  ],
  ["a picture as HTML alone", { html: linked }, urls("https://cdn.example/cup.jpg?w=3&h=2")],
  ["a picture of Google Docs", { html: docs, text: "" }, urls("https://lh7-rt.example/docsz/a")],
  [
    "a picture of Google Docs with a mark",
    { html: docs, text: "\ufffc\n" },
    urls("https://lh7-rt.example/docsz/a"),
  ],
  [
    "an address without its scheme",
    { html: `<IMG alt=a SRC=//cdn.example/a.jpg>` },
    urls("https://cdn.example/a.jpg"),
  ],
  [
    "the largest of several sizes",
    {
      html: `<img srcset="https://a.example/s.jpg 400w, https://a.example/l.jpg 1600w" src='https://a.example/s.jpg'>`,
    },
    urls("https://a.example/l.jpg", "https://a.example/s.jpg"),
  ],
  [
    "sizes that only their page can find",
    { html: `<img srcset="/s.jpg 400w, /l.jpg 1600w" src="https://a.example/s.jpg">` },
    urls("https://a.example/s.jpg"),
  ],
  [
    "a picture after one that counts visitors",
    {
      html: `<img width=1 height=1 src="https://a.example/t.gif"><img src="https://a.example/a.jpg">`,
    },
    urls("https://a.example/a.jpg", "https://a.example/t.gif"),
  ],
  [
    "more pictures than are tried",
    { html: [1, 2, 3, 4, 5, 6].map((n) => `<img src="https://a.example/${n}.jpg">`).join("") },
    { urls: { length: 4 } },
  ],
  [
    "a picture that waits behind a placeholder",
    { html: `<img src="${placeholder}">`, addresses: "https://a.example/a.jpg" },
    urls("https://a.example/a.jpg"),
  ],
  [
    "a picture of a comment for Word",
    { html: `${word.replace("A cup", "")}` },
    nothing("picture_not_given"),
  ],
  ["text of Word", { html: word, text: "A cup" }, nothing("picture_is_text")],
  ["text", { text: "A cup on a table" }, nothing("picture_is_text")],
  ["text as HTML alone", { html: "<p>A cup</p>" }, nothing("picture_is_text")],
  [
    "words with an address",
    { text: "See https://a.example/a.jpg." },
    urls("https://a.example/a.jpg"),
  ],
  ["an address as text", { text: " https://a.example/a.jpg\n" }, urls("https://a.example/a.jpg")],
  [
    "a picture of another page's own",
    { addresses: "blob:https://chat.example/1" },
    nothing("picture_address_refused"),
  ],
  [
    "such a picture as HTML",
    { html: `<img src="blob:https://chat.example/1">` },
    nothing("picture_address_refused"),
  ],
  ["a file's address", { text: "file:///home/ann/cup.jpg" }, nothing("picture_address_refused")],
  [
    "an extension's picture",
    { addresses: "moz-extension://1/a.png" },
    nothing("picture_address_refused"),
  ],
  ["a script", { addresses: "javascript:alert(1)" }, nothing("picture_address_refused")],
  ["an empty clipboard", {}, nothing("picture_not_given")],
  ["blank HTML", { html: "<meta charset='utf-8'><p>&nbsp;</p>" }, nothing("picture_not_given")],
  ["half an escape", { text: "data:image/svg+xml,%E0%A4%A" }, nothing("picture_unreadable")],
  ["a picture without its bytes", { text: "data:image/png;base64" }, nothing("picture_unreadable")],
  ["what is no base64", { text: "data:image/png;base64,**" }, nothing("picture_unreadable")],
  ["data of another kind", { text: "data:text/html,<img>" }, nothing("picture_is_text")],
];

test.each(onThePage)("reads %s on the page", (_, intake, given) => {
  expect(readIntake(withNothing(intake))).toMatchObject(given as Given);
});

test.each([
  ["text", { text: embedded }],
  ["HTML", { html: `<img src="${embedded}">` }],
  ["a list of addresses", { addresses: embedded }],
  ["HTML beside an address", { html: `<img src="${embedded}">`, addresses: "https://a.example/" }],
  ["a placeholder alone", { html: `<img src="${placeholder}">` }],
])("reads the picture of a data URL, in %s", (_, intake) => {
  const given = readIntake(withNothing(intake));
  expect(given.kind === "files" && given.files[0]?.type).toMatch(/^image\/(png|gif)$/);
});

test("reads the bytes of a data address, and those of a drawing", async () => {
  const bytesOf = async (text: string) => {
    const given = readIntake(withNothing({ text }));
    return given.kind === "files" ? given.files[0]?.text() : undefined;
  };
  expect(await bytesOf("data:image/png;base64,QUJD")).toBe("ABC");
  expect(await bytesOf("data:image/png;base64,QUJ%44%0a")).toBe("ABC");
  expect(await bytesOf("data:image/svg+xml;utf8,<svg>%C3%A9</svg>")).toBe("<svg>é</svg>");
});

test("reads the bytes of a data address that escapes them instead of base64", async () => {
  const given = readIntake(withNothing({ text: "data:image/png,%89PNG%0D%0a%1a%0A%ff" }));
  if (given.kind !== "files") throw new Error("no file was read");
  const bytes = await given.files[0]?.arrayBuffer();
  expect([...new Uint8Array(bytes ?? new ArrayBuffer())]).toEqual([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff,
  ]);
});

const inAField: Row[] = [
  ["text", { text: "A cup" }, field],
  ["an address", { text: "https://a.example/a.jpg" }, field],
  ["text of Word with a bitmap", { files: [bitmap], html: word, text: "A cup" }, field],
  ["cells of Excel with a bitmap", { files: [bitmap], html: table, text: "1\t2" }, field],
  ["text that begins as a comment", { files: [bitmap], text: "# A cup" }, field],
  ["text and a picture of a page", { html: `${docs}<p>A cup</p>`, text: "A cup" }, field],
  ["nothing", {}, field],
  ["HTML without a picture", { html: "<p></p>" }, field],
  ["a link alone", { addresses: "https://a.example/" }, field],
  ["a bitmap", { files: [bitmap] }, files(bitmap)],
  ["a bitmap with its HTML", { files: [bitmap], html: linked }, files(bitmap)],
  ["a file with its name", { files: [photo], text: "cup.jpg" }, files(photo)],
  [
    "files with their paths",
    { files: [photo, bitmap], text: "/home/ann/cup.jpg\n/tmp/image.png" },
    files(photo, bitmap),
  ],
  [
    "a file with its address",
    { files: [photo], text: "file:///C:/My%20cups/cup.jpg" },
    files(photo),
  ],
  ["a file and other words", { files: [photo], text: "cup.jpg is mine" }, field],
  [
    "a bitmap with the address of its page",
    { files: [bitmap], addresses: "https://a.example/a.jpg", text: "https://a.example/a.jpg" },
    files(bitmap),
  ],
  ["a picture of Google Docs", { html: docs, text: "\n" }, urls("https://lh7-rt.example/docsz/a")],
  [
    "a picture with its address",
    { html: docs, text: "https://lh7-rt.example/docsz/a" },
    urls("https://lh7-rt.example/docsz/a"),
  ],
  ["a picture that its address holds", { text: embedded }, { kind: "files" }],
];

test.each(inAField)("reads %s in a field", (_, intake, given) => {
  expect(readIntake(withNothing(intake), true)).toMatchObject(given as Given);
});

test.each([
  ["a file", ["Files"], "page", true],
  ["a link", ["text/uri-list", "text/html", "text/plain"], "page", true],
  ["a picture as HTML", ["text/html"], "page", true],
  ["selected words", ["text/plain", "text/html"], "field", false],
  ["words", ["text/plain"], "field", false],
  ["what only one program knows", ["application/x-thing"], "field", false],
])("leaves %s over a text field to the field", (_, types, owner, isShown) => {
  expect(ownerOfDrag(types, true)).toBe(owner);
  expect(ownerOfDrag(types, false)).toBe("page");
  expect(mayBePicture(types)).toBe(isShown);
});

test("ends although some elements are not closed", () => {
  for (const html of [
    "<img",
    '<img src="',
    "<!--",
    "<img src=a <img src='b",
    "<".repeat(100_000),
    "<!--".repeat(100_000),
    "<style>".repeat(100_000),
    `<img${" ".repeat(100_000)}>`,
    `<img ${"/".repeat(100_000)}>`,
  ])
    expect(readIntake(withNothing({ html })).kind).toBe("nothing");
  expect(readIntake(withNothing({ html: `<img src="https://a.example/a.jpg"` }))).toMatchObject(
    urls("https://a.example/a.jpg"),
  );
});

test("reads words with a very long gap between them", () => {
  const text = `A${" ".repeat(100_000)}cup`;
  expect(readIntake(withNothing({ text, files: [bitmap] }), true)).toEqual(field);
});

function withNothing(intake: Partial<Intake>): Intake {
  return { files: [], folders: [], html: "", addresses: "", text: "", ...intake };
}
