import "server-only";
import type { Share } from "@/lib/generation";
import type { ShareRecord } from "./records";

/** Converts a link for its owner's browser, without the password's hash. */
export function toShare(record: ShareRecord, origin: string): Share {
  const { slug, createdAt, expiresAt, lastSeenAt, hidePrompt, allowDownload, views } = record;
  return {
    slug,
    url: `${origin}/v/${slug}`,
    createdAt: toTime(createdAt),
    ...(expiresAt !== undefined && { expiresAt: toTime(expiresAt) }),
    hasPassword: record.password !== undefined,
    hidePrompt,
    allowDownload,
    views,
    ...(lastSeenAt !== undefined && { lastSeenAt: toTime(lastSeenAt) }),
    reports: record.reports,
  };
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
