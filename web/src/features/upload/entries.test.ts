import { expect, it } from "vitest";
import { chosen, dropped, MOST_FILES } from "@/features/upload/entries";

function fileEntry(fullPath: string, error?: Error): FileSystemFileEntry {
  const name = fullPath.split("/").at(-1) ?? "";
  const file = (ok: (file: File) => void, failed: (error: Error) => void) =>
    error === undefined ? ok(new File(["x"], name)) : failed(error);
  return { isFile: true, isDirectory: false, name, fullPath, file } as FileSystemFileEntry; // as much as is used
}

/** Gives two at a time, as browsers give a hundred. */
function folderEntry(fullPath: string, children: FileSystemEntry[]): FileSystemDirectoryEntry {
  const name = fullPath.split("/").at(-1) ?? "";
  const createReader = () => {
    const left = [...children];
    return { readEntries: (ok: (some: FileSystemEntry[]) => void) => ok(left.splice(0, 2)) };
  };
  return { isFile: false, isDirectory: true, name, fullPath, createReader } as FileSystemDirectoryEntry; // as above
}

function drop(...entries: (FileSystemEntry | null)[]) {
  const items = entries.map((entry) => ({
    kind: "file",
    webkitGetAsEntry: () => entry,
    getAsFile: () => new File(["x"], "plain.txt"),
  }));
  return { items, files: [] } as unknown as DataTransfer; // as much as is used
}

it("finds all files of folders within folders, with their paths", async () => {
  const logs = folderEntry("/logs", [
    fileEntry("/logs/c.log"),
    folderEntry("/logs/b", [fileEntry("/logs/b/1"), fileEntry("/logs/b/2"), fileEntry("/logs/b/3")]),
    fileEntry("/logs/a.log"),
    folderEntry("/logs/empty", []),
  ]);
  const { files, unread, cut } = await dropped(drop(logs, fileEntry("/x.conf")));
  expect(files.map(({ path }) => path)).toEqual([
    "logs/a.log",
    "logs/b/1",
    "logs/b/2",
    "logs/b/3",
    "logs/c.log",
    "x.conf",
  ]);
  expect({ unread, cut }).toEqual({ unread: [], cut: false });
});

it("tells what could not be read, and takes the rest", async () => {
  const { files, unread } = await dropped(drop(fileEntry("/gone", new Error("it is gone")), fileEntry("/here")));
  expect(files.map(({ path }) => path)).toEqual(["here"]);
  expect(unread).toEqual([{ path: "gone", reason: "it is gone" }]);
});

it("takes plain files where a browser knows no entries", async () => {
  expect((await dropped(drop(null))).files.map(({ path }) => path)).toEqual(["plain.txt"]);
});

it("takes no more than it can handle, and says so", async () => {
  const many = Array.from({ length: MOST_FILES + 1 }, (_, at) => fileEntry(`/many/${at}`));
  const { files, cut } = await dropped(drop(folderEntry("/many", many)));
  expect(files).toHaveLength(MOST_FILES);
  expect(cut).toBe(true);
});

it("keeps the paths of a folder that was chosen, in their order", () => {
  const inFolder = (path: string) => {
    const name = path.split("/").at(-1) ?? "";
    return Object.defineProperty(new File(["x"], name), "webkitRelativePath", { value: path });
  };
  const { files } = chosen([inFolder("logs/b.log"), inFolder("logs/a/c.log")]);
  expect(files.map(({ path }) => path)).toEqual(["logs/a/c.log", "logs/b.log"]);
});

it("leaves single files in the order in which they were chosen", () => {
  const { files } = chosen([new File(["x"], "b.log"), new File(["x"], "a.log")]);
  expect(files.map(({ path }) => path)).toEqual(["b.log", "a.log"]);
});
