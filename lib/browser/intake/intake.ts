import { FILM_TYPE } from "../library/film-drag.ts";

/** What a drop or a paste brings. It is read while its event lasts: later, the browser shows nothing of it. */
export type Intake = {
  files: readonly File[];
  folders: readonly Folder[];
  html: string;
  /** A list of addresses, one a line. */
  addresses: string;
  text: string;
};

export type Folder = Pick<FileSystemDirectoryEntry, "name" | "createReader">;

export function toIntake(data: DataTransfer): Intake {
  const items = [...data.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? undefined);
  const files = items.flatMap((item, index) =>
    entries[index]?.isDirectory ? [] : (item.getAsFile() ?? []),
  );
  return {
    files: items.length > 0 ? files : [...data.files],
    folders: entries.filter((entry) => entry !== undefined && isFolder(entry)),
    html: data.getData("text/html"),
    addresses: data.getData("text/uri-list"),
    text: data.getData("text/plain"),
  };
}

/** Who a drag belongs to, by the types that it says it has: what they hold is not shown before the drop. */
export function ownerOfDrag(types: readonly string[], isOverField: boolean): "page" | "field" {
  return isOverField && !mayBePicture(types) ? "field" : "page";
}

/** Whether the page should say that it takes it. Words that somebody has selected are no picture. */
export function mayBePicture(types: readonly string[]): boolean {
  if (types.includes(FILM_TYPE)) return true;
  if (types.includes("Files") || types.includes("text/uri-list")) return true;
  return types.includes("text/html") && !types.includes("text/plain");
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
