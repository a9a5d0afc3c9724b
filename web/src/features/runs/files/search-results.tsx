import type { Schemas } from "@/api/client";
import { FileIcon } from "@/features/runs/files/file-icon";
import { keyOfFile } from "@/features/runs/files/tree";
import { useMemberSearch } from "@/features/runs/files/use-member-search";
import { VirtualRows } from "@/features/runs/files/virtual-rows";
import type { Listing } from "@/features/runs/queries";
import { Button } from "@/ui/button";
import { Bytes } from "@/ui/bytes";
import { countText, pluralText } from "@/ui/numbers";
import { Failure } from "@/ui/state";

interface Props {
  listing: Listing;
  text: string;
  selected: string | undefined;
  uploads: readonly string[];
  onFile: (path: string, copy: number) => void;
}

/** The files whose path contains what was typed. */
export function SearchResults({ listing, text, selected, uploads, onFile }: Props) {
  const search = useMemberSearch(listing, text);
  const rows = withCopies(search.found, uploads);
  if (search.error !== null) return <Failure error={search.error} onRetry={search.goOn} what="The search broke off" />;
  return (
    <div className="flex h-full flex-col">
      <div className="flex min-h-9 items-center justify-between gap-2 border-line border-b px-3 py-1 text-muted text-xs">
        <p role="status">
          {pluralText(rows.length, "file")} found {search.isDone ? "" : "so far "}among {countText(search.searched)}
          {search.isWalking && "…"}
        </p>
        {!search.isDone && !search.isWalking && (
          <Button small onClick={search.goOn}>
            Search further
          </Button>
        )}
      </div>
      <div className="min-h-0 flex-1">
        {rows.length > 0 ? (
          <VirtualRows
            role="listbox"
            label="Files found"
            rows={rows}
            keyOf={(row) => row.key}
            selected={selected}
            onActivate={(row) => onFile(row.file.path, row.copy)}
            attributesOf={() => ({})}
            render={({ file }) => (
              <>
                <FileIcon file={file} />
                <span className="min-w-0 flex-1 truncate" title={file.path}>
                  <Marked text={file.path} part={text} />
                </span>
                <span className="text-muted text-xs">
                  <Bytes size={file.size_bytes} />
                </span>
              </>
            )}
          />
        ) : (
          search.isDone && <p className="px-4 py-8 text-center text-muted">No path contains “{text}”.</p>
        )}
      </div>
    </div>
  );
}

function withCopies(files: readonly Schemas["FileBody"][], uploads: readonly string[]) {
  let copy = 0;
  return files.map((file, index) => {
    copy = files[index - 1]?.path === file.path ? copy + 1 : uploads.filter((one) => one === file.path).length;
    return { key: keyOfFile(file.path, copy), file, copy };
  });
}

function Marked({ text, part }: { text: string; part: string }) {
  const at = text.toLowerCase().lastIndexOf(part.toLowerCase());
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + part.length)}</mark>
      {text.slice(at + part.length)}
    </>
  );
}
