import "server-only";
import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "../process/deadline.ts";
import { describeOwner } from "../process/owner-of-folder.ts";
import { openMediaStore } from "./open-store.ts";
import { nameScratch } from "./scratch.ts";
import type { MediaStore } from "./store.ts";

// If all containers start together, the store may be the last.
const STARTS_WITHIN_MS = 30_000;
const TRIED_EVERY_MS = 1_000;

const PASSING =
  /^(E(CONN|TIMEDOUT|AI_AGAIN|HOSTUNREACH|NOTFOUND|PIPE)|TimeoutError|DeadlineError|SlowDown|ServiceUnavailable|InternalError)/;

const explanations: [names: RegExp, sentence: string][] = [
  [/^NoSuchBucket$/, "There is no such bucket: create it, or name another in MEDIA_URL."],
  [/^SignatureDoesNotMatch$/, "The secret is wrong: check AWS_SECRET_ACCESS_KEY."],
  [/^InvalidAccessKeyId$/, "The key is not known there: check AWS_ACCESS_KEY_ID."],
  [
    /^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|301)/,
    "The bucket is in another region: check AWS_REGION.",
  ],
  [/^(AccessDenied|Forbidden|403)$/, "The key may not do that: allow it to put, get and delete."],
  [
    /^CredentialsProviderError$/,
    "There is no key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  ],
  [/^RequestTimeTooSkewed$/, "This machine's clock is off: set it."],
  [/^(EACCES|EPERM|EROFS|ENOTDIR)$/, "This server may not write there."],
  [/^(ENOSPC|EDQUOT)$/, "There is no room left."],
  [PASSING, "It can't be reached: check MEDIA_URL and AWS_ENDPOINT_URL_S3."],
];

/**
 * Opens the store and checks it: writes, reads and removes one small file, because a later failure would come after a video
 * was paid for. Throws an error whose message says what to set.
 */
export async function openCheckedStore(
  mediaUrl: string,
  { startsWithinMs = STARTS_WITHIN_MS } = {},
): Promise<MediaStore> {
  const startedAt = performance.now();
  for (;;) {
    const leftMs = Math.max(startsWithinMs - (performance.now() - startedAt), 0);
    let step = "kept";
    try {
      const store = await openMediaStore(mediaUrl);
      const checked = checkStore(store, (next) => {
        step = next;
      });
      await withDeadline(checked, Math.max(leftMs, TRIED_EVERY_MS), "the store");
      return store;
    } catch (error) {
      if (leftMs <= TRIED_EVERY_MS || !PASSING.test(nameOf(error)))
        throw new Error(explain(error, mediaUrl, step), { cause: error });
      await delay(TRIED_EVERY_MS);
    }
  }
}

/** Writes, reads and removes a small file. Calls `begin` with the name of each step. */
export async function checkStore(
  store: MediaStore,
  begin: (step: string) => void = () => {},
): Promise<void> {
  const id = crypto.randomUUID();
  const key = `check/${id}.txt`;
  const source = `${nameScratch(store.scratchDir)}.txt`;
  begin("written");
  await writeFile(source, id);
  await store.put(key, source, "text/plain");
  begin("read");
  const found: Uint8Array[] = [];
  for await (const chunk of store.read(key, { start: 0, end: 7 })) found.push(chunk);
  if (Buffer.concat(found).toString() !== id.slice(0, 8))
    throw new Error("What was read is not what was written");
  begin("removed");
  await store.remove(key);
}

function explain(error: unknown, mediaUrl: string, step: string): string {
  const name = nameOf(error);
  const [, sentence = ""] = explanations.find(([names]) => names.test(name)) ?? [];
  const said = error instanceof Error ? error.message : String(error);
  return [
    `Videos can't be kept under MEDIA_URL (${mediaUrl}): a small file can't be ${step} there.`,
    sentence,
    /^(EACCES|EPERM|EROFS)$/.test(name) && mediaUrl.startsWith("file:")
      ? describeOwner(mediaUrl.slice("file:".length))
      : "",
    `It said: ${[name, said].filter(Boolean).join(": ")}`,
  ]
    .filter(Boolean)
    .join(" ");
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code, name, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (typeof code === "string") return code;
  return /^(Error|UnknownError|Unknown)$/.test(name)
    ? String($metadata?.httpStatusCode ?? "")
    : name;
}
