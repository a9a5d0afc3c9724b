import { expect, test } from "vitest";
import { ancestorsOf, type Folder, treeRows } from "@/features/runs/files/tree";
import { matching } from "@/features/runs/files/use-member-search";
import { aFile } from "@/features/runs/testing";

const folder = (folders: string[], paths: string[], told: Partial<Folder> = {}): Folder => ({
  folders,
  files: paths.map((path) => aFile(path)),
  next: null,
  state: "here",
  ...told,
});
const drawn = (open: Record<string, Folder>, uploads?: string[]) =>
  treeRows(new Map(Object.entries(open)), uploads).map((row) => {
    const name = row.kind === "folder" || row.kind === "file" ? row.name : row.kind === "note" ? row.state : row.kind;
    return `${"  ".repeat(row.depth - 1)}${name}${row.kind === "folder" ? (row.isOpen ? " -" : " +") : ""}`;
  });

test("open folders show what is in them, folders first", () => {
  const open = {
    "": folder(["app/", "var/"], ["readme.txt"]),
    "app/": folder(["app/local/"], ["app/a.conf", "app/b.conf"]),
  };
  expect(drawn(open)).toEqual(["app -", "  local +", "  a.conf", "  b.conf", "var +", "readme.txt"]);
});

test("what is closed hides what is open in it", () => {
  expect(drawn({ "": folder(["app/"], []), "app/local/": folder([], ["app/local/x"]) })).toEqual(["app +"]);
});

test("a folder that is on its way, failed, empty or longer says so", () => {
  const open = {
    "": folder(["a/", "b/", "c/", "d/"], []),
    "a/": folder([], [], { state: "loading" }),
    "b/": folder([], [], { state: "failed" }),
    "c/": folder([], []),
    "d/": folder([], ["d/x"], { next: "cursor" }),
  };
  expect(drawn(open)).toEqual(["a -", "  loading", "b -", "  failed", "c -", "  empty", "d -", "  x", "  more"]);
});

test("an archive within the archive opens like a folder", () => {
  const rows = treeRows(new Map([["", folder(["inner.zip!/"], ["inner.zip"])]]));
  expect(rows[0]).toMatchObject({ kind: "folder", name: "inner.zip", isArchive: true, place: 1, siblings: 2 });
});

test("files of the same path are told apart, also from the upload", () => {
  const copies = (uploads: string[]) =>
    treeRows(new Map([["", folder([], ["a", "x", "x"])]]), uploads).map((row) => row.kind === "file" && row.copy);
  expect(copies([])).toEqual([0, 0, 1]);
  expect(copies(["x"])).toEqual([0, 1, 2]);
});

test("how many siblings there are is not said before all are known", () => {
  const rows = treeRows(new Map([["", folder([], ["a"], { next: "cursor" })]]));
  expect(rows.map((row) => row.siblings)).toEqual([-1, -1]);
});

test.each([
  ["a.txt", []],
  ["a/b.zip!/c/d.txt", ["a/", "a/b.zip!/", "a/b.zip!/c/"]],
])("%s lies in %j", (path, folders) => {
  expect(ancestorsOf(path)).toEqual(folders);
});

test("a search goes by any part of the path, ignoring case, and finds no folders", () => {
  const files = [aFile("App/Local.conf"), aFile("app", { kind: "directory" }), aFile("other")];
  expect(matching(files, "p/loc").map((file) => file.path)).toEqual(["App/Local.conf"]);
});
