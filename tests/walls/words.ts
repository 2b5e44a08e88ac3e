import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A word that no exported name and no file may have, because there is a better one for what it meant. */
type ForbiddenWord = { instead: string; why: string; onlyFirst?: true };

const forbidden: Record<string, ForbiddenWord> = {
  take: {
    instead: "accept, claim, consume, read or record",
    why: "it had eleven meanings",
    onlyFirst: true,
  },
  keep: { instead: "persist, store or prevent", why: "it had sixteen meanings", onlyFirst: true },
  hold: { instead: "reserve, lock, delay or block", why: "it had five meanings", onlyFirst: true },
  held: { instead: "reserved, locked, delayed or blocked", why: "it had five meanings" },
  handed: { instead: "share target", why: "the web platform calls it so" },
  late: { instead: "lazy", why: "the field loads lazily what a page needs later" },
  look: { instead: "check, find or read", why: "it hides what is changed", onlyFirst: true },
  hasten: { instead: "schedule…Now", why: "a check is scheduled", onlyFirst: true },
  news: { instead: "event, report or status", why: "a change of a library is an event" },
  patience: { instead: "deadline or retry", why: "it hides what happens after the wait" },
  patiently: { instead: "retry", why: "it hides what happens after the wait" },
};

/** A share is a public link, so only files about links, or about the web's share target, say what is shared. */
const ABOUT_SHARES = /(^|[/-])shares?([/.-]|$)/;

export type Name = { file: string; name: string };

/** Returns each name that has a forbidden word, with what to write instead. */
export function findForbiddenNames(names: readonly Name[]): string[] {
  return names.flatMap(({ file, name }) => {
    const words = wordsOf(name);
    const wrong = words.flatMap((word, at) => {
      const { instead, why, onlyFirst } = forbidden[word] ?? {};
      return instead && (!onlyFirst || at === 0) ? [`"${word}": write ${instead}, ${why}`] : [];
    });
    if (words.includes("shared") && !ABOUT_SHARES.test(file))
      wrong.push('"shared": write coalesced or common, a share is a public link');
    return wrong.map((rule) => `${file}: ${name}: ${rule}`);
  });
}

const titleRules: [wrong: RegExp, rule: string][] = [
  [/\bshould\b/, "say what happens, without should"],
  [/\bworks$/, "say what happens instead of works"],
  [/\.$/, "end without a full stop"],
  [/\b(whoever|anew)\b/, "use plain words"],
];

/** Returns each title that breaks a rule. */
export function findWrongTitles(titles: readonly Name[]): string[] {
  return titles.flatMap(({ file, name }) =>
    titleRules
      .filter(([wrong]) => wrong.test(name))
      .map(([, rule]) => `${file}: "${name}": ${rule}`),
  );
}

const FOLDERS = "{app,bench,components,lib,scripts,tests}/**/*.{ts,tsx}";
const EXPORT =
  /^export (?:default )?(?:async )?(?:function\*?|const|let|class|type|interface) (\w+)/gm;
const TITLE =
  /^\s*(?:test|describe)(?:\.\w+)*\(\s*(["`])(.+?)\1,|^\s*[\])]+\)\(\s*(["`])(.+?)\3,/gm;

/** Returns every exported name, and every file by its name. */
export function readNames(folder: string): Name[] {
  return readFiles(folder).flatMap(({ file, text }) => [
    { file, name: file.replace(/^.*\//, "").replace(/\..*$/, "") },
    ...text.matchAll(EXPORT).map(([, name = ""]) => ({ file, name })),
  ]);
}

export function readTitles(folder: string): Name[] {
  return readFiles(folder)
    .filter(({ file }) => /\.(test|spec)\.ts$/.test(file))
    .flatMap(({ file, text }) => [
      ...text.matchAll(TITLE).map((match) => ({ file, name: match[2] ?? match[4] ?? "" })),
    ]);
}

function readFiles(folder: string): { file: string; text: string }[] {
  return globSync(FOLDERS, { cwd: folder }).map((file) => ({
    file,
    text: readFileSync(join(folder, file), "utf8"),
  }));
}

function wordsOf(name: string): string[] {
  return (name.match(/[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/g) ?? []).map((word) => word.toLowerCase());
}
