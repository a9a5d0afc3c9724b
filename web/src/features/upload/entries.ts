/** Files out of what was dropped or chosen, folders with all that is inside. */

export interface Found {
  file: File;
  /** With the folders that it was in: `logs/today/a.log`. */
  path: string;
}

export interface Finding {
  files: Found[];
  /** What could not be read, with the reason. */
  unread: { path: string; reason: string }[];
  /** There were more than MOST_FILES. */
  cut: boolean;
}

/** More than these at a time are better packed into an archive. */
export const MOST_FILES = 5_000;

/** Of an `<input type="file">`, with or without `webkitdirectory`. */
export function chosen(list: Iterable<File>): Finding {
  const files = Array.from(list, (file) => ({ file, path: file.webkitRelativePath || file.name }));
  if (files.some(({ path }) => path.includes("/"))) files.sort((a, b) => (a.path < b.path ? -1 : 1)); // disks have no order
  return { files: files.slice(0, MOST_FILES), unread: [], cut: files.length > MOST_FILES };
}

/** Of a drop. Call it inside of the event: what was dropped is gone behind it; what it gives may be awaited later. */
export function dropped(data: Pick<DataTransfer, "items" | "files">): Promise<Finding> {
  const entries: FileSystemEntry[] = [];
  const plain: File[] = [];
  for (const item of Array.from(data.items ?? [])) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry?.() ?? null;
    const file = entry === null ? item.getAsFile() : null;
    if (entry !== null) entries.push(entry);
    else if (file !== null) plain.push(file);
  }
  const found = chosen(entries.length + plain.length === 0 ? Array.from(data.files ?? []) : plain);
  return walk(entries, found);
}

async function walk(entries: readonly FileSystemEntry[], found: Finding): Promise<Finding> {
  for (const entry of entries) {
    if (found.files.length >= MOST_FILES) {
      found.cut = true;
      break;
    }
    const path = entry.fullPath.replace(/^\//, "");
    try {
      if (isFile(entry)) found.files.push({ file: await fileOf(entry), path });
      else if (isFolder(entry)) await walk(await childrenOf(entry), found);
    } catch (error) {
      found.unread.push({ path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives a hundred or so at a time, and none when it is through. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    all.push(...some);
  }
}
