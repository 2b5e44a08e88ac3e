import "server-only";
import path from "node:path";
import { AppError } from "../../problems.ts";
import { describeOwner } from "../process/owner-of-folder.ts";
import { StartError } from "./migrate.ts";
import { adviseOnPassword, showDatabaseUrl } from "./show-url.ts";

const explanations: [codes: RegExp, sentence: string][] = [
  [/^(28P01|28000)$/, "It refuses the user or the password that DATABASE_URL names."],
  [/^3D000$/, "There is no database of that name: create it, or name another in DATABASE_URL."],
  [/^42501$/, "The user of DATABASE_URL may not make tables there: grant it CREATE on the schema."],
  [/^(EACCES|EPERM|EROFS|SQLITE_(CANTOPEN|READONLY|PERM))/, "This server may not write there."],
  [/^(ENOSPC|SQLITE_FULL)$/, "There is no room on the disk."],
  [
    /^SQLITE_(NOTADB|CORRUPT)/,
    "The file is no database, or is damaged: put a backup in its place.",
  ],
  [/^SQLITE_BUSY/, "Another program keeps it locked."],
  [/^(E(CONN|TIMEDOUT|AI_AGAIN|HOSTUNREACH|NOTFOUND)|08|53|57P0)/, "It can't be reached."],
];

/** Says in words why the database stops the start, and what to do. */
export function explainStart(error: unknown, url: string): StartError {
  if (error instanceof StartError) return error;
  const cause = error instanceof AppError ? error.cause : error;
  const code = readCode(cause);
  const [, sentence = "It can't be opened."] =
    explanations.find(([codes]) => codes.test(code)) ?? [];
  const owner =
    /^(EACCES|EPERM|EROFS|SQLITE_(CANTOPEN|READONLY|PERM))/.test(code) && url.startsWith("file:")
      ? (describeOwner(path.dirname(url.slice("file:".length))) ?? "")
      : "";
  const advice = adviseOnPassword(url);
  // A part of such a password may be taken for the host, and the error then contains it.
  const said = advice === undefined && [code, cause instanceof Error ? cause.message : ""];
  const parts = [
    `The database of DATABASE_URL (${showDatabaseUrl(url)}) stops the start.`,
    ...[sentence, owner, advice],
    said && `It said: ${said.filter(Boolean).join(" ")}`,
  ];
  return new StartError(parts.filter(Boolean).join(" "), { cause });
}

function readCode(error: unknown): string {
  // If a host has several addresses, their errors come as one.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return String((first as { code?: unknown } | undefined)?.code ?? "");
}
