import type { Folder } from "./intake";

const MOST_ENTRIES = 500;
const MOST_DEPTH = 3;
const LISTED_WITHIN_MS = 10_000;

/** What a system puts there by itself. */
const hidden = /^\.|^(thumbs\.db|desktop\.ini)$/i;

/** The files in a folder and in the folders inside, by their names. Of a very large one only the first are listed. */
export async function listFiles(folder: Folder): Promise<FileSystemFileEntry[]> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error("not listed")), LISTED_WITHIN_MS);
  try {
    return await Promise.race([list(folder), deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function list(root: Folder): Promise<FileSystemFileEntry[]> {
  const files: FileSystemFileEntry[] = [];
  let [level, seen]: [Folder[], number] = [[root], 0];
  for (let depth = 0; depth < MOST_DEPTH && level.length > 0; depth++) {
    const next: Folder[] = [];
    for (const folder of level) {
      if (seen >= MOST_ENTRIES) return files;
      const entries = (await readEntries(folder)).filter(({ name }) => !hidden.test(name));
      seen += entries.length;
      entries.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
      files.push(...entries.filter(isFile));
      next.push(...entries.filter(isFolder));
    }
    level = next;
  }
  return files;
}

// A reader gives some of them at a time, and none at the end.
async function readEntries(folder: Folder): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  while (entries.length < MOST_ENTRIES) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    entries.push(...some);
  }
  return entries;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
