import type { Schemas } from "@/api/client";

type File = Schemas["FileBody"];

/** What is known so far of a folder that is open. */
export interface Folder {
  folders: readonly string[];
  files: readonly File[];
  /** Where its next page begins; null when all of it is here. */
  next: string | null;
  state: "loading" | "failed" | "here";
}

interface InTree {
  key: string;
  depth: number;
  /** Its place among its siblings, from 1, and how many these are; -1 while nobody knows. */
  place: number;
  siblings: number;
}

export type TreeRow = InTree &
  (
    | { kind: "folder"; path: string; name: string; isOpen: boolean; isArchive: boolean }
    | { kind: "file"; file: File; name: string; copy: number }
    | { kind: "more"; path: string; cursor: string }
    | { kind: "note"; path: string; state: "loading" | "failed" | "empty" }
  );

/** The folders that a path lies in, outermost first: "a/b.zip!/c" is in "a/" and "a/b.zip!/". */
export function ancestorsOf(path: string): string[] {
  const found: string[] = [];
  for (let at = path.indexOf("/"); at >= 0 && at < path.length - 1; at = path.indexOf("/", at + 1)) {
    found.push(path.slice(0, at + 1));
  }
  return found;
}

export function keyOfFile(path: string, copy: number): string {
  return `file ${copy} ${path}`;
}

/** The tree from top to bottom, as it is seen with these folders open. `uploads`: paths that copies are counted from. */
export function treeRows(open: ReadonlyMap<string, Folder>, uploads: readonly string[] = []): TreeRow[] {
  const rows: TreeRow[] = [];
  addFolder(rows, open, uploads, "", 1);
  return rows;
}

function addFolder(
  rows: TreeRow[],
  open: ReadonlyMap<string, Folder>,
  uploads: readonly string[],
  path: string,
  depth: number,
): void {
  const folder = open.get(path);
  if (folder === undefined) return;
  const { folders, files, next, state } = folder;
  const siblings = next === null ? folders.length + files.length : -1;
  folders.forEach((below, index) => {
    const inside = below.slice(path.length, -1);
    const isArchive = inside.endsWith("!");
    const name = isArchive ? inside.slice(0, -1) : inside;
    const isOpen = open.has(below);
    rows.push({
      kind: "folder",
      key: `in ${below}`,
      path: below,
      name,
      isOpen,
      isArchive,
      depth,
      place: index + 1,
      siblings,
    });
    if (isOpen) addFolder(rows, open, uploads, below, depth + 1);
  });
  let copy = 0;
  files.forEach((file, index) => {
    // files of the same path stand behind each other; the upload itself may be another one of it
    copy = files[index - 1]?.path === file.path ? copy + 1 : uploads.filter((one) => one === file.path).length;
    const place = folders.length + index + 1;
    rows.push({
      kind: "file",
      key: keyOfFile(file.path, copy),
      file,
      name: file.path.slice(path.length),
      copy,
      depth,
      place,
      siblings,
    });
  });
  const place = folders.length + files.length + 1;
  if (state !== "here") rows.push({ kind: "note", key: `note ${path}`, path, state, depth, place, siblings: -1 });
  else if (next !== null) rows.push({ kind: "more", key: `more ${path}`, path, cursor: next, depth, place, siblings });
  else if (siblings === 0)
    rows.push({ kind: "note", key: `note ${path}`, path, state: "empty", depth, place: 1, siblings: 1 });
}
