import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { FileStore, StoredContent, StoredFile } from "./files.ts";
import { FileTooLargeError, receive } from "./receive.ts";

export type Part = { partNumber: number; etag: string };
export type MultipartStore = Awaited<ReturnType<typeof openMultipartStore>>;

/** The caller's list of parts differs from the parts that were uploaded. */
export class WrongPartsError extends Error {
  override name = "WrongPartsError";
}

const MAX_PARTS = 10_000;

/** Stores the parts of unfinished uploads: a folder for each file, a blob `<number>.<etag>` for each part. */
export async function openMultipartStore(
  directory: string,
  files: FileStore,
  { maxPartBytes, maxBytes }: { maxPartBytes: number; maxBytes: number },
) {
  await mkdir(directory, { recursive: true });

  // The folder is known only at run time. Without the mark, the bundler would trace the whole project.
  const pathOf = ({ id }: Pick<StoredFile, "id">, ...names: string[]) =>
    join(/* turbopackIgnore: true */ directory, id, ...names);

  async function readParts(file: StoredFile): Promise<Part[]> {
    const names = await readdir(pathOf(file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    return names.filter((name) => !name.endsWith(".tmp")).map(parsePart);
  }

  async function countBytes(file: StoredFile, parts: Part[]): Promise<number> {
    const sizes = await Promise.all(
      parts.map(async (part) => (await stat(pathOf(file, toName(part)))).size),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async function* readAll(file: StoredFile, parts: Part[]) {
    for (const part of parts) yield* createReadStream(pathOf(file, toName(part)));
  }

  return {
    /** Stores one part and replaces an earlier one with the same number. */
    async put(file: StoredFile, partNumber: number, source: Readable): Promise<Part> {
      if (partNumber < 1 || partNumber > MAX_PARTS) {
        throw new WrongPartsError(`Part numbers go from 1 to ${MAX_PARTS}`);
      }
      await mkdir(pathOf(file), { recursive: true });
      const others = (await readParts(file)).filter((part) => part.partNumber !== partNumber);
      const room = Math.min(maxPartBytes, maxBytes - (await countBytes(file, others)));

      const partial = pathOf(file, `${partNumber}.${crypto.randomUUID()}.tmp`);
      const { etag } = await receive(source, partial, room);
      const part = { partNumber, etag: unquote(etag) };
      await rename(partial, pathOf(file, toName(part)));
      for (const old of await readParts(file)) {
        if (old.partNumber !== partNumber || old.etag === part.etag) continue;
        await rm(pathOf(file, toName(old)), { force: true });
      }
      return part;
    },

    /** Joins the parts. A repeated call gets the result of the first. */
    async complete(file: StoredFile, listed: Part[]): Promise<StoredContent> {
      const uploaded = await readParts(file);
      if (file.content && uploaded.length === 0) return file.content;

      const parts = listed
        .map(({ partNumber, etag }) => ({ partNumber, etag: unquote(etag) }))
        .sort((a, b) => a.partNumber - b.partNumber);
      refuseWrongParts(parts, uploaded);
      if ((await countBytes(file, parts)) > maxBytes) {
        throw new FileTooLargeError(`The file is larger than ${maxBytes} bytes.`);
      }
      const content = await files.fill(file, Readable.from(readAll(file, parts)), { maxBytes });
      await rm(pathOf(file), { recursive: true, force: true });
      return content;
    },

    /** Removes the parts of files that no longer exist: an unfinished upload is removed after a day. */
    async removeStale() {
      for (const id of await readdir(directory)) {
        if (await files.has(id)) continue;
        await rm(pathOf({ id }), { recursive: true, force: true });
      }
    },
  };
}

function refuseWrongParts(parts: Part[], uploaded: Part[]) {
  if (parts.length === 0) throw new WrongPartsError("There are no parts");
  for (const [index, { partNumber, etag }] of parts.entries()) {
    if (partNumber !== index + 1) throw new WrongPartsError(`Part ${index + 1} is missing`);
    const found = uploaded.find((part) => part.partNumber === partNumber);
    if (!found) throw new WrongPartsError(`Part ${partNumber} was not uploaded`);
    if (found.etag !== etag) throw new WrongPartsError(`The etag of part ${partNumber} is wrong`);
  }
  // A list with too few parts would shorten the file, and nobody would notice.
  if (uploaded.length > parts.length) throw new WrongPartsError("The list lacks uploaded parts");
}

function toName({ partNumber, etag }: Part): string {
  return `${partNumber}.${etag}`;
}

function parsePart(name: string): Part {
  const [partNumber = "", etag = ""] = name.split(".");
  return { partNumber: Number(partNumber), etag };
}

function unquote(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
