import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { FetchFailedError, HostRefusedError, ResponseTooLargeError } from "../net/guarded-fetch.ts";
import { downloadFile } from "./download.ts";
import { type FileStore, parseFilePath } from "./files.ts";
import { type ErrorDetail, ModelError, toDetail } from "./model-error.ts";
import { MIN_SIDE } from "./render/picture.ts";

const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
const MIN_ASPECT_RATIO = 2 / 5;
const MAX_ASPECT_RATIO = 5 / 2;

/** A picture that an input names. An error refers to it by its field. */
export type NamedPicture = { field: "image_url" | "end_image_url"; url: string };

type PictureSource = {
  files: FileStore;
  scratchPath: string;
  allowPrivateHosts?: boolean;
  signal?: AbortSignal;
};

const dataUri = /^data:[^,]*?(;base64)?,/i;

/** Finds the picture that an input names, downloads it if necessary, and returns its path on this disk. */
export async function locatePicture(
  picture: NamedPicture,
  { files, scratchPath, allowPrivateHosts = false, signal }: PictureSource,
): Promise<string> {
  const uri = dataUri.exec(picture.url);
  if (uri) {
    const bytes = decode(picture.url.slice(uri[0].length), uri[1] !== undefined);
    refuseOversize(bytes.length, picture);
    await writeFile(scratchPath, bytes);
    return scratchPath;
  }

  const url = URL.canParse(picture.url) ? new URL(picture.url) : undefined;
  // Found by the id in the path, because the host and the port may have changed since the address was given out.
  const reference = url && parseFilePath(url.pathname);
  const content = reference && (await files.find(reference))?.content;
  if (!content) {
    if (!url) throw refuseDownload(picture);
    await download(url, picture, scratchPath, { allowPrivateHosts, signal });
    return scratchPath;
  }
  refuseOversize(content.bytes, picture);
  return files.pathOf(content);
}

/**
 * Measures a picture after rotation by its orientation tag. Throws a `ModelError` if the model does not accept its
 * shape.
 */
export async function measurePicture(path: string, picture: NamedPicture) {
  const metadata = await sharp(path)
    .metadata()
    .catch((cause: unknown) => {
      throw toPictureProblem("image_load_error", picture, undefined, { cause });
    });
  const { width, height } = metadata.autoOrient;
  const ratio = width / height;
  const isTooLong = ratio < MIN_ASPECT_RATIO || ratio > MAX_ASPECT_RATIO;
  if (isTooLong && Math.min(width, height) >= MIN_SIDE) {
    // fal names no error type for this case. fal's SDK uses `value_error` for a field without a type of its own.
    const message = `The image is ${width} x ${height}, but its aspect ratio must be between 2:5 and 5:2.`;
    throw refuse("value_error", message, picture);
  }
  return { width, height };
}

export function toPictureProblem(
  type: "image_load_error" | "image_too_small",
  picture: NamedPicture,
  smallest?: { minWidth: number; minHeight: number },
  options?: ErrorOptions,
): ModelError {
  if (type === "image_load_error" || !smallest) {
    const message =
      "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format.";
    return refuse(type, message, picture, { cause: options?.cause });
  }
  const { minWidth, minHeight } = smallest;
  const message = `Image is too small. Minimum dimensions are ${minWidth}x${minHeight} pixels.`;
  const ctx = { min_height: minHeight, min_width: minWidth };
  return refuse(type, message, picture, { ctx, cause: options?.cause });
}

async function download(
  url: URL,
  picture: NamedPicture,
  path: string,
  rules: { allowPrivateHosts: boolean; signal?: AbortSignal },
) {
  try {
    await downloadFile(url, path, { ...rules, maxBytes: MAX_PICTURE_BYTES });
  } catch (error) {
    if (error instanceof ResponseTooLargeError) throw toOversize(picture);
    if (error instanceof HostRefusedError || error instanceof FetchFailedError) {
      throw refuseDownload(picture, error);
    }
    throw error;
  }
}

function refuseDownload(picture: NamedPicture, cause?: unknown): ModelError {
  const message =
    "Failed to download the file. Please check if the URL is accessible and try again.";
  return refuse("file_download_error", message, picture, { cause });
}

function refuseOversize(bytes: number, picture: NamedPicture) {
  if (bytes > MAX_PICTURE_BYTES) throw toOversize(picture);
}

function toOversize(picture: NamedPicture): ModelError {
  const message = `File size exceeds the maximum allowed size of ${MAX_PICTURE_BYTES} bytes.`;
  return refuse("file_too_large", message, picture, { ctx: { max_size: MAX_PICTURE_BYTES } });
}

function refuse(
  type: string,
  message: string,
  { field, url: input }: NamedPicture,
  { ctx, cause }: Pick<ErrorDetail, "ctx"> & ErrorOptions = {},
): ModelError {
  return new ModelError([toDetail(type, [field], message, { ...(ctx && { ctx }), input })], {
    cause,
  });
}

function decode(text: string, isBase64: boolean): Buffer {
  if (isBase64) return Buffer.from(text, "base64");
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1");
}
