import { useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { ancestorsOf, type Folder, treeRows } from "@/features/runs/files/tree";
import { folderQuery, type Listing } from "@/features/runs/queries";

type Pages = readonly (string | null)[];
const ROOT: ReadonlyMap<string, Pages> = new Map([["", [null]]]);

/** The tree of what is inside, of which only what is open was fetched. `shown` is the path that must be in sight. */
export function useTree(listing: Listing, uploads: readonly string[], shown: string | undefined) {
  const [open, setOpen] = useState(ROOT);
  const asked = [...open].flatMap(([path, cursors]) => cursors.map((cursor) => ({ path, cursor })));
  const pages = useQueries({ queries: asked.map(({ path, cursor }) => folderQuery(listing, path, cursor)) });
  const stamp = pages.map((page) => `${page.status} ${page.fetchStatus} ${page.dataUpdatedAt}`).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when pages differ; they are new objects always
  const folders = useMemo(() => {
    const found = new Map<string, Folder>();
    asked.forEach(({ path }, index) => {
      const page = pages[index];
      const before = found.get(path);
      found.set(path, {
        folders: [...(before?.folders ?? []), ...(page?.data?.folders ?? [])],
        files: [...(before?.files ?? []), ...(page?.data?.items ?? [])],
        next: page?.data?.next_cursor ?? null,
        state: page?.data !== undefined ? "here" : page?.status === "error" ? "failed" : "loading",
      });
    });
    return found;
  }, [open, stamp, listing.version]);

  useEffect(() => {
    if (shown === undefined) return;
    setOpen((now) => {
      const missing = ancestorsOf(shown).filter((path) => !now.has(path));
      return missing.length === 0 ? now : new Map([...now, ...missing.map((path) => [path, [null]] as const)]);
    });
  }, [shown]);

  const toggle = useCallback((path: string) => {
    setOpen((now) => {
      const next = new Map(now);
      if (!next.delete(path)) next.set(path, [null]);
      return next;
    });
  }, []);
  const more = useCallback((path: string, cursor: string) => {
    setOpen((now) => {
      const cursors = now.get(path);
      if (cursors === undefined || cursors.includes(cursor)) return now;
      return new Map(now).set(path, [...cursors, cursor]);
    });
  }, []);

  const rows = useMemo(() => treeRows(folders, uploads), [folders, uploads]);
  const failed = pages.find((page) => page.error !== null);
  return {
    rows,
    toggle,
    more,
    root: folders.get(""),
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}
