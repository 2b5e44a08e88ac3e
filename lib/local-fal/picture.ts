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

type PictureSource = {
  files: FileStore;
  scratchPath: string;
  allowPrivateHosts?: boolean;
  signal?: AbortSignal;
};

const dataUri = /^data:[^,]*?(;base64)?,/i;

/** Finds the picture that an input names and answers where it lies on this disk. */
export async function locatePicture(
  imageUrl: string,
  { files, scratchPath, allowPrivateHosts = false, signal }: PictureSource,
): Promise<string> {
  const uri = dataUri.exec(imageUrl);
  if (uri) {
    const bytes = decode(imageUrl.slice(uri[0].length), uri[1] !== undefined);
    refuseOversize(bytes.length, imageUrl);
    await writeFile(scratchPath, bytes);
    return scratchPath;
  }

  const url = URL.canParse(imageUrl) ? new URL(imageUrl) : undefined;
  // By its id in the path: the host and the port may have been others when the address was given out.
  const reference = url && parseFilePath(url.pathname);
  const content = reference && (await files.find(reference))?.content;
  if (!content) {
    if (!url) throw refuseDownload(imageUrl);
    await download(url, imageUrl, scratchPath, { allowPrivateHosts, signal });
    return scratchPath;
  }
  refuseOversize(content.bytes, imageUrl);
  return files.pathOf(content);
}

/** Measures a picture as it is seen, and refuses a shape that the model doesn't take. */
export async function measurePicture(path: string, imageUrl: string) {
  const metadata = await sharp(path)
    .metadata()
    .catch((cause: unknown) => {
      throw toPictureProblem("image_load_error", imageUrl, undefined, { cause });
    });
  const { width, height } = metadata.autoOrient;
  const ratio = width / height;
  const isTooLong = ratio < MIN_ASPECT_RATIO || ratio > MAX_ASPECT_RATIO;
  if (isTooLong && Math.min(width, height) >= MIN_SIDE) {
    // fal names no type for it: `value_error` is what its SDK gives to a field without a type of its own.
    const message = `The image is ${width} x ${height}, but its aspect ratio must be between 2:5 and 5:2.`;
    throw refuse("value_error", message, { input: imageUrl });
  }
  return { width, height };
}

export function toPictureProblem(
  type: "image_load_error" | "image_too_small",
  imageUrl: string,
  smallest?: { minWidth: number; minHeight: number },
  options?: ErrorOptions,
): ModelError {
  if (type === "image_load_error" || !smallest) {
    const message =
      "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format.";
    return refuse(type, message, { input: imageUrl }, options);
  }
  const { minWidth, minHeight } = smallest;
  const message = `Image is too small. Minimum dimensions are ${minWidth}x${minHeight} pixels.`;
  const ctx = { min_height: minHeight, min_width: minWidth };
  return refuse(type, message, { ctx, input: imageUrl }, options);
}

async function download(
  url: URL,
  imageUrl: string,
  path: string,
  rules: { allowPrivateHosts: boolean; signal?: AbortSignal },
) {
  try {
    await downloadFile(url, path, { ...rules, maxBytes: MAX_PICTURE_BYTES });
  } catch (error) {
    if (error instanceof ResponseTooLargeError) throw toOversize(imageUrl);
    if (error instanceof HostRefusedError || error instanceof FetchFailedError) {
      throw refuseDownload(imageUrl, { cause: error });
    }
    throw error;
  }
}

function refuseDownload(imageUrl: string, options?: ErrorOptions): ModelError {
  const message =
    "Failed to download the file. Please check if the URL is accessible and try again.";
  return refuse("file_download_error", message, { input: imageUrl }, options);
}

function refuseOversize(bytes: number, input: string) {
  if (bytes > MAX_PICTURE_BYTES) throw toOversize(input);
}

function toOversize(input: string): ModelError {
  const message = `File size exceeds the maximum allowed size of ${MAX_PICTURE_BYTES} bytes.`;
  return refuse("file_too_large", message, { ctx: { max_size: MAX_PICTURE_BYTES }, input });
}

function refuse(
  type: string,
  message: string,
  more: Pick<ErrorDetail, "ctx" | "input">,
  options?: ErrorOptions,
): ModelError {
  return new ModelError([toDetail(type, ["image_url"], message, more)], options);
}

function decode(text: string, isBase64: boolean): Buffer {
  if (isBase64) return Buffer.from(text, "base64");
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1");
}
