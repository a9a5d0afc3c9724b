import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { FileTree } from "@/features/runs/files/file-tree";
import { type Folder, treeRows } from "@/features/runs/files/tree";
import { aFile } from "@/features/runs/testing";

const open: ReadonlyMap<string, Folder> = new Map([
  ["", { folders: ["app/", "var/"], files: [aFile("z.txt")], next: null, state: "here" }],
  ["app/", { folders: [], files: [aFile("app/a.conf"), aFile("app/b.conf")], next: null, state: "here" }],
]);

beforeEach(() => {
  // jsdom lays nothing out: without a height no row would be in sight
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(300);
});

function show(selected?: string) {
  const told: string[] = [];
  render(
    <FileTree
      rows={treeRows(open)}
      selected={selected}
      onToggle={(path) => told.push(`toggle ${path}`)}
      onMore={(path) => told.push(`more ${path}`)}
      onFile={(path) => told.push(`file ${path}`)}
    />,
  );
  return told;
}

const active = () => {
  const id = screen.getByRole("tree").getAttribute("aria-activedescendant");
  return id === null ? null : document.getElementById(id)?.textContent;
};

test("the tree is walked with arrows and opened with the keyboard", async () => {
  const told = show();
  const user = userEvent.setup();
  await user.tab();
  expect(active()).toContain("app");
  await user.keyboard("{ArrowDown}");
  expect(active()).toContain("a.conf");
  await user.keyboard("{Enter}{ArrowLeft}");
  expect(active()).toContain("app");
  await user.keyboard("{ArrowLeft}{End}{Enter}");
  expect(told).toEqual(["file app/a.conf", "toggle app/", "file z.txt"]);
});

test("a closed folder opens with the right arrow", async () => {
  const told = show();
  const user = userEvent.setup();
  await user.click(screen.getByRole("treeitem", { name: /var/ }));
  await user.keyboard("{ArrowRight}");
  expect(told).toEqual(["toggle var/", "toggle var/"]);
});

test("rows say their level, their place and whether they are open", () => {
  show("file 0 app/b.conf");
  const chosen = screen.getByRole("treeitem", { name: /b\.conf/ });
  expect(chosen).toHaveAttribute("aria-selected", "true");
  expect(chosen).toHaveAttribute("aria-level", "2");
  expect(chosen).toHaveAttribute("aria-posinset", "2");
  expect(screen.getByRole("treeitem", { name: /app/, expanded: true })).toHaveAttribute("aria-setsize", "3");
});
