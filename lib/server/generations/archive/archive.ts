import "server-only";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { GenerationEvent, Video } from "@/lib/generation";
import { type ProblemCode, problem } from "@/lib/problems";
import { writeSettingsBox } from "@/lib/video/settings-box";
import { getLog } from "../../log";
import { VideoUnusableError } from "../../media/file-errors";
import { readFirstFrame } from "../../media/first-frame";
import { makePlayable } from "../../media/playable";
import { nameScratch } from "../../media/scratch";
import { putSettingsLast } from "../../media/settings-last";
import { readVideoFile, type VideoFile } from "../../media/video-file";
import { inSpan } from "../../traces/spans";
import { FileFetchError, FileTooLargeError, fetchFile, isUpstreamFile } from "../../upstream/files";
import { findRecord } from "../records/find";
import type { GenerationRecord } from "../records/record";
import { type ReportServices, report } from "../records/report";
import { upstreamOf } from "../records/upstream-of";
import { originalKey, removeMedia, videoKey } from "./media-keys";
import { type PictureServices, storePicture, storePoster } from "./picture";

export type ArchiveServices = ReportServices & PictureServices;

// MiniMax's longest videos have about ten megabytes.
const MAX_VIDEO_BYTES = 1024 ** 3;
const FETCHED_WITHIN_MS = 10 * 60_000;
/** A failure that looks final at first may be a temporary problem of the provider's file host. */
const TRIES_BEFORE_FINAL = 3;

class VideoFromElsewhereError extends Error {
  override name = "VideoFromElsewhereError";
}

/** Downloads the video, checks it and stores it; a failure becomes part of the generation's state. */
export async function archive(services: ArchiveServices, record: GenerationRecord): Promise<void> {
  const { id, state, checks } = record;
  if (state.status !== "archiving") return;
  try {
    const video = await storeVideo(services, record, state.video);
    await report(services, id, { type: "archived", video });
  } catch (error) {
    getLog().warn({ generation: id, checks, err: error }, "the video could not be kept");
    const event = judge(error, checks + 1);
    if (event) await report(services, id, event);
  }
  // The generation was deleted during the download.
  if (!(await findRecord(services.db, id))) await removeMedia(services, id);
}

async function storeVideo(
  services: ArchiveServices,
  record: GenerationRecord,
  video: Video,
): Promise<Video> {
  const { media } = services;
  const file = `${nameScratch(media.scratchDir)}.video`;
  const copy = `${file}.mp4`;
  try {
    await inSpan(record.id, "download", async () =>
      pipeline(await openSource(services, record, video), createWriteStream(file)),
    );
    const came = await readVideoFile(file).catch(async (error: unknown) => {
      // If our own copy was broken, the next try uses the provider's.
      if (error instanceof VideoUnusableError) await removeVideo(services, record);
      throw error;
    });
    const playable = await inSpan(record.id, "make playable", () => makePlayable(file, came, copy));
    if (!record.picture) await storeFirstFrame(services, record, playable.path);
    const original = playable.isAnother
      ? await storeFile(services, record, { key: originalKey(record.id), path: file, file: came })
      : undefined;
    const kept = await storeFile(services, record, { key: videoKey(record.id), ...playable });
    const { width, height, durationSeconds, hasSound } = playable.file;
    // The record keeps the provider's address, so that one can see where the video came from.
    const playsEverywhere = playable.file.needs === "nothing";
    const measured = { width, height, durationSeconds, hasSound };
    return { ...video, ...measured, ...kept, playsEverywhere, original };
  } finally {
    await Promise.all([file, copy].map((path) => rm(path, { force: true })));
  }
}

type Prepared = { key: string; path: string; file: VideoFile };

/** Stores a file with its settings at the end, if its format has room for them there. */
async function storeFile(
  { media }: ArchiveServices,
  { id, model, input }: GenerationRecord,
  { key, path, file: { contentType } }: Prepared,
) {
  const settings = hasBoxes(contentType) ? writeSettingsBox(model, input) : undefined;
  if (settings) await putSettingsLast(path, settings);
  await inSpan(id, "store", () => media.put(key, path, contentType), { key });
  return {
    ...{ contentType, bytes: (await media.stat(key))?.bytes },
    ...(settings && { settingsBytes: settings.length }),
  };
}

function hasBoxes(contentType: string): boolean {
  return contentType === "video/mp4" || contentType === "video/quicktime";
}

async function removeVideo({ media }: ArchiveServices, { id }: GenerationRecord): Promise<void> {
  for (const key of [originalKey(id), videoKey(id)]) await media.remove(key);
}

/** Stores the sent picture as the poster, else the video's first frame. A video without a poster is stored, too. */
async function storeFirstFrame(services: ArchiveServices, record: GenerationRecord, video: string) {
  try {
    const sent = await storePicture(services, record).catch(() => undefined);
    if (!sent) await storePoster(services, record, await readFirstFrame(video));
  } catch (error) {
    getLog().warn({ generation: record.id, err: error }, "the poster could not be made");
  }
}

/** Opens the provider's file, or our own copy if an earlier try stored it and died before it could record that. */
async function openSource(services: ArchiveServices, record: GenerationRecord, video: Video) {
  const { media } = services;
  for (const key of [originalKey(record.id), videoKey(record.id)])
    if (await media.stat(key)) return Readable.from(media.read(key));
  const url = URL.parse(video.url);
  if (!url || !isUpstreamFile(url)) throw new VideoFromElsewhereError(`It is at ${url?.host}`);
  const limits = { maxBytes: MAX_VIDEO_BYTES, timeoutMs: FETCHED_WITHIN_MS };
  return Readable.from(fetchFile(url, await upstreamOf(services, record), limits));
}

/** Returns what a failure means for the generation after this many tries; `undefined` if it is too early to tell. */
function judge(error: unknown, tries: number): GenerationEvent | undefined {
  const fail = (code: ProblemCode): GenerationEvent => ({ type: "failed", problem: problem(code) });
  const wait = (code: ProblemCode): GenerationEvent => ({
    type: "archive-delayed",
    problem: problem(code),
  });
  if (error instanceof VideoFromElsewhereError) return fail("video_from_elsewhere");
  if (error instanceof FileTooLargeError) return fail("video_too_large");
  const { code } = error as { code?: unknown };
  if (code === "ENOSPC" || code === "EDQUOT") return wait("disk_full");
  if (tries < TRIES_BEFORE_FINAL) return undefined;
  if (error instanceof FileFetchError && error.isGone) return fail("video_gone");
  if (error instanceof VideoUnusableError) return fail("video_unusable");
  return wait("archive_waiting");
}
