import { useEffect, useMemo, useState } from "react";
import { decode } from "@/features/runs/preview/decode";
import { LineList } from "@/features/runs/preview/line-list";
import { splitLines } from "@/features/runs/preview/lines";
import { MOST_BYTES, useContent } from "@/features/runs/preview/use-content";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/field";
import { bytesText, pluralText } from "@/ui/numbers";
import { Failure, Loading } from "@/ui/state";

interface Props {
  url: string;
  size: number;
  name: string;
  /** The line that a link points at. */
  line?: number | undefined;
  onLine?: (line: number) => void;
}

const ENCODINGS: Record<string, string> = { "utf-8": "UTF-8", "windows-1252": "not UTF-8, read as Windows-1252" };

/** The text of a file with numbers of lines, the beginning first and more on demand. */
export function TextPreview({ url, size, name, line, onLine }: Props) {
  const content = useContent(url, size);
  const [isWrapped, setWrapped] = useState(false);
  const chunks = content.data?.pages;
  const here = chunks?.reduce((sum, chunk) => sum + chunk.byteLength, 0) ?? 0;
  const decoded = useMemo(() => decode(chunks ?? [], here >= size), [chunks, here, size]);
  const rows = useMemo(() => (decoded.kind === "text" ? splitLines(decoded.pieces) : []), [decoded]);
  const lines = rows.findLast((row) => row.number !== undefined)?.number ?? 0;

  // the line that a link points at may lie behind what was fetched
  const { hasNextPage, isFetching, isError, fetchNextPage } = content;
  const isBehind = line !== undefined && line > lines && decoded.kind === "text" && chunks !== undefined;
  useEffect(() => {
    if (isBehind && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [isBehind, hasNextPage, isFetching, isError, fetchNextPage]);

  if (size === 0) return <p className="px-4 py-8 text-center text-muted">The file is empty.</p>;
  if (content.error !== null && chunks === undefined)
    return <Failure error={content.error} onRetry={() => void content.refetch()} what="The text could not be loaded" />;
  if (chunks === undefined) return <Loading what="Loading the text" rows={8} />;
  if (decoded.kind === "binary") {
    return (
      <p className="px-4 py-8 text-center text-muted">
        This file is binary: there is no text to show. Download it to look at it with what it was made for.
      </p>
    );
  }
  return (
    <div>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-2 text-muted text-xs">
        <p role="status">
          {here >= size
            ? pluralText(lines, "line")
            : `The first ${pluralText(lines, "line")}: ${bytesText(here)} of ${bytesText(size)}`}
          {` · ${ENCODINGS[decoded.encoding] ?? decoded.encoding.toUpperCase()}`}
        </p>
        <Checkbox label="Wrap lines" checked={isWrapped} onChange={(event) => setWrapped(event.target.checked)} />
      </div>
      <LineList rows={rows} name={name} isWrapped={isWrapped} line={line} onLine={onLine} />
      {content.isFetchNextPageError && (
        <p role="alert" className="border-line border-t px-4 py-2 text-bad">
          The next part could not be loaded: {content.error?.message}
        </p>
      )}
      {here < size && (
        <div className="flex flex-wrap items-center justify-center gap-3 border-line border-t px-4 py-2 text-muted text-xs">
          {content.hasNextPage ? (
            <Button small disabled={content.isFetchingNextPage} onClick={() => void content.fetchNextPage()}>
              {content.isFetchingNextPage ? "Loading…" : "Load more"}
            </Button>
          ) : (
            `More than ${bytesText(MOST_BYTES)} are not shown here. Download the file to see the rest.`
          )}
        </div>
      )}
    </div>
  );
}
