import "server-only";
import type { Share } from "@/lib/generation";
import type { ShareRecord } from "./records";

/** A link as its owner's browser sees it; the password's hash stays here. */
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
