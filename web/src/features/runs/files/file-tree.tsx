import { ChevronDown, ChevronRight, FileArchive, Folder, FolderOpen } from "lucide-react";
import { useCallback } from "react";
import { FileIcon } from "@/features/runs/files/file-icon";
import type { TreeRow } from "@/features/runs/files/tree";
import { VirtualRows } from "@/features/runs/files/virtual-rows";
import { Bytes } from "@/ui/bytes";

interface Props {
  rows: readonly TreeRow[];
  selected: string | undefined;
  onToggle: (path: string) => void;
  onMore: (path: string, cursor: string) => void;
  onFile: (path: string, copy: number) => void;
}

const keyOf = (row: TreeRow) => row.key;

/** What is inside, folder by folder. Folders are fetched when they are opened, long ones while one scrolls. */
export function FileTree({ rows, selected, onToggle, onMore, onFile }: Props) {
  const onShow = useCallback((row: TreeRow) => row.kind === "more" && onMore(row.path, row.cursor), [onMore]);
  const onActivate = (row: TreeRow) => {
    if (row.kind === "folder") onToggle(row.path);
    else if (row.kind === "file") onFile(row.file.path, row.copy);
    else if (row.kind === "more") onMore(row.path, row.cursor);
  };
  const onKey = (key: string, index: number, go: (index: number) => void): boolean => {
    const row = rows[index];
    if (row === undefined) return false;
    if (key === "ArrowRight" && row.kind === "folder") {
      if (row.isOpen) go(index + 1);
      else onToggle(row.path);
      return true;
    }
    if (key !== "ArrowLeft") return false;
    if (row.kind === "folder" && row.isOpen) onToggle(row.path);
    else go(rows.findLastIndex((one, at) => at < index && one.depth < row.depth));
    return true;
  };
  return (
    <VirtualRows
      role="tree"
      label="Files"
      rows={rows}
      keyOf={keyOf}
      selected={selected}
      onActivate={onActivate}
      onKey={onKey}
      onShow={onShow}
      attributesOf={(row) => ({
        "aria-level": row.depth,
        "aria-posinset": row.place,
        "aria-setsize": row.siblings,
        ...(row.kind === "folder" ? { "aria-expanded": row.isOpen } : {}),
      })}
      render={(row) => <RowContent row={row} />}
    />
  );
}

function RowContent({ row }: { row: TreeRow }) {
  return (
    <>
      <span aria-hidden className="shrink-0" style={{ width: (row.depth - 1) * 16 }} />
      {row.kind === "folder" && <FolderContent row={row} />}
      {row.kind === "file" && (
        <>
          <span aria-hidden className="size-4 shrink-0" />
          <FileIcon file={row.file} />
          <span className="min-w-0 flex-1 truncate" title={row.file.path}>
            {row.name}
            {row.copy > 0 && row.file.flags.includes("duplicate_path") && (
              <span className="text-muted"> ({row.copy + 1})</span>
            )}
          </span>
          <span className="text-muted text-xs">
            {row.file.kind === "file" ? <Bytes size={row.file.size_bytes} /> : row.file.kind.replace("_", " ")}
          </span>
        </>
      )}
      {row.kind === "more" && <span className="pl-6 text-accent-strong">Load more…</span>}
      {row.kind === "note" && (
        <span className="pl-6 text-muted">
          {row.state === "loading" ? "Loading…" : row.state === "failed" ? "This could not be loaded" : "Empty"}
        </span>
      )}
    </>
  );
}

function FolderContent({ row }: { row: Extract<TreeRow, { kind: "folder" }> }) {
  const Arrow = row.isOpen ? ChevronDown : ChevronRight;
  const Icon = row.isArchive ? FileArchive : row.isOpen ? FolderOpen : Folder;
  return (
    <>
      <Arrow aria-hidden className="size-4 shrink-0 text-muted" />
      <Icon aria-hidden className="size-4 shrink-0 text-accent" />
      <span className="min-w-0 flex-1 truncate" title={row.path}>
        {row.name}
        {row.isArchive && <span className="sr-only">, an archive</span>}
      </span>
    </>
  );
}
