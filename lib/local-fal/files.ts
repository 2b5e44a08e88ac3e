import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { readJson, writeJson } from "./disk.ts";
import { type Lifecycle, toExpiry } from "./lifecycle.ts";
import { receive } from "./receive.ts";

/** The stored facts about a file. They contain no address, because ports and hosts change between starts. */
export type FileReference = { id: string; prefix: string; name: string };

export type StoredContent = { blob: string; bytes: number; type: string; etag: string; at: string };
export type StoredFile = FileReference & {
  uploadToken: string;
  type: string;
  createdAt?: string; // records of the first version lack it
  expiresAt?: string;
  access?: "allow" | "forbid" | "hide";
  isMultipart?: boolean;
  content?: StoredContent;
};
export type FileStore = Awaited<ReturnType<typeof openFileStore>>;

// Longer than any upload takes.
const UNFINISHED_KEPT_MS = 24 * 60 * 60 * 1000;

const filePath = /\/files\/b\/([0-9a-f]{8})\/([\w-]{21})_([\w.-]+)$/;

export function toFilePath({ prefix, id, name }: FileReference): string {
  return `/files/b/${prefix}/${id}_${name}`;
}

export function parseFilePath(pathname: string): FileReference | undefined {
  const [, prefix, id, name] = filePath.exec(pathname) ?? [];
  return prefix && id && name ? { prefix, id, name } : undefined;
}

/** Opens a store that has one `<id>.json` for each file, which names the blob with its bytes. */
export async function openFileStore(directory: string, now: () => Date) {
  await mkdir(directory, { recursive: true });
  await removePartialWrites(directory);

  async function find({ id, prefix }: FileReference): Promise<StoredFile | undefined> {
    const file = await readRecord(id);
    return file?.prefix === prefix && !isExpired(file, now()) ? file : undefined;
  }

  async function readRecord(id: string) {
    return (await readJson(join(directory, `${id}.json`))) as StoredFile | undefined;
  }

  /** Registers a file, so that its address is known before its bytes arrive. */
  async function create(
    name: string,
    type: string,
    { lifecycle = {}, isMultipart = false }: { lifecycle?: Lifecycle; isMultipart?: boolean } = {},
  ): Promise<StoredFile> {
    const access = lifecycle.initial_acl?.default;
    const expiresAt = toExpiry(lifecycle, now());
    const file: StoredFile = {
      id: randomBytes(16).toString("base64url").slice(0, 21),
      prefix: randomBytes(4).toString("hex"),
      name: toSafeName(name),
      type: toSafeType(type),
      uploadToken: randomBytes(16).toString("hex"),
      createdAt: now().toISOString(),
      ...(expiresAt && { expiresAt }),
      ...(access && { access }),
      ...(isMultipart && { isMultipart }),
    };
    await writeJson(join(directory, `${file.id}.json`), file);
    return file;
  }

  /** Streams bytes to disk. The content of the file changes from old to new in one step. */
  async function fill(
    file: StoredFile,
    source: Readable,
    { type = file.type, maxBytes = Number.POSITIVE_INFINITY } = {},
  ): Promise<StoredContent> {
    const blob = `${file.id}.${randomBytes(6).toString("hex")}`;
    const partial = join(directory, `${blob}.tmp`);
    const { bytes, etag } = await receive(source, partial, maxBytes);
    // The folder is known only at run time. Without the mark, the bundler would trace the whole project.
    await rename(partial, join(/* turbopackIgnore: true */ directory, blob));

    const content: StoredContent = {
      blob,
      bytes,
      type: toSafeType(type),
      etag,
      at: now().toISOString(),
    };
    const before = await find(file);
    await writeJson(join(directory, `${file.id}.json`), { ...file, content });
    if (before?.content) await rm(join(directory, before.content.blob), { force: true });
    return content;
  }

  return {
    find,
    has: async (id: string) => (await readRecord(id)) !== undefined,
    create,
    fill,
    pathOf: ({ blob }: StoredContent) => join(directory, blob),
    read: ({ blob }: StoredContent, range?: { start: number; end: number }) =>
      Readable.toWeb(createReadStream(join(directory, blob), range)) as ReadableStream<Uint8Array>,

    /** Moves a file that was made on this disk into the store. */
    async adopt(path: string, name: string, type: string, lifecycle?: Lifecycle) {
      const file = await create(name, type, { lifecycle });
      const content = await fill(file, createReadStream(path));
      const reference: FileReference = { id: file.id, prefix: file.prefix, name: file.name };
      return { file: reference, type: content.type, bytes: content.bytes };
    },

    /** Removes expired files, and files that were registered a day ago and never received their bytes. */
    async removeStale() {
      for (const name of await readdir(directory)) {
        if (!name.endsWith(".json")) continue;
        const file = await readRecord(name.slice(0, -".json".length));
        if (!file || !isStale(file, now())) continue;
        await rm(join(directory, name), { force: true });
        if (file.content) await rm(join(directory, file.content.blob), { force: true });
      }
    },
  };
}

function isExpired({ expiresAt }: StoredFile, now: Date): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime();
}

function isStale(file: StoredFile, now: Date): boolean {
  if (isExpired(file, now)) return true;
  const isUnfinished = !file.content && file.createdAt !== undefined;
  return isUnfinished && Date.parse(file.createdAt ?? "") + UNFINISHED_KEPT_MS <= now.getTime();
}

function toSafeName(name: string): string {
  const safe = name
    .replace(/[^\w.-]+/g, "_")
    .replace(/^\.+/, "")
    .slice(-100);
  return safe || "file";
}

function toSafeType(type: string): string {
  return /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)?$/.test(type) ? type : "application/octet-stream";
}

async function removePartialWrites(directory: string) {
  const partial = (await readdir(directory)).filter((name) => name.endsWith(".tmp"));
  await Promise.all(partial.map((name) => rm(join(directory, name), { force: true })));
}
