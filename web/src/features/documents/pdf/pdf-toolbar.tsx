import { ChevronLeft, ChevronRight, MoveHorizontal, TextSearch, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "@/ui/button";
import { Input } from "@/ui/field";
import { countText, percentText } from "@/ui/numbers";

/** Relative to the width of what it is shown in. */
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];

interface Props {
  page: number;
  pages: number;
  /** Of the size that it has on paper. */
  percent: number;
  zoom: number;
  onPage: (page: number) => void;
  onText?: ((page: number) => void) | undefined;
  onZoom: (zoom: number) => void;
}

export function PdfToolbar({ page, pages, percent, zoom, onPage, onText, onZoom }: Props) {
  const smaller = ZOOMS.findLast((one) => one < zoom);
  const larger = ZOOMS.find((one) => one > zoom);
  return (
    <div
      role="toolbar"
      aria-label="PDF"
      className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-2 py-1.5"
    >
      <div className="flex items-center gap-1">
        <IconButton label="Previous page" disabled={page <= 1} onClick={() => onPage(page - 1)}>
          <ChevronLeft aria-hidden className="size-4" />
        </IconButton>
        <PageNumber page={page} pages={pages} onPage={onPage} />
        <IconButton label="Next page" disabled={page >= pages} onClick={() => onPage(page + 1)}>
          <ChevronRight aria-hidden className="size-4" />
        </IconButton>
      </div>
      <div className="flex items-center gap-1">
        <IconButton label="Zoom out" disabled={smaller === undefined} onClick={() => smaller && onZoom(smaller)}>
          <ZoomOut aria-hidden className="size-4" />
        </IconButton>
        <span className="w-12 text-center text-muted text-xs tabular-nums">{percentText(percent)}</span>
        <IconButton label="Zoom in" disabled={larger === undefined} onClick={() => larger && onZoom(larger)}>
          <ZoomIn aria-hidden className="size-4" />
        </IconButton>
        <IconButton label="Fit the width" disabled={zoom === 1} onClick={() => onZoom(1)}>
          <MoveHorizontal aria-hidden className="size-4" />
        </IconButton>
        {onText !== undefined && (
          <IconButton label="Show this page's text" onClick={() => onText(page)}>
            <TextSearch aria-hidden className="size-4" />
          </IconButton>
        )}
      </div>
    </div>
  );
}

function PageNumber({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  const [typed, setTyped] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed is over when another page is shown
  useEffect(() => setTyped(undefined), [page]);
  return (
    <form
      className="flex items-center gap-1.5 text-xs"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = Number(typed);
        if (Number.isInteger(wanted) && wanted >= 1 && wanted <= pages) onPage(wanted);
        setTyped(undefined);
      }}
    >
      <Input
        aria-label="Page"
        inputMode="numeric"
        className="h-8 w-14 px-1 text-center text-xs tabular-nums"
        value={typed ?? String(page)}
        onFocus={(event) => event.target.select()}
        onBlur={() => setTyped(undefined)}
        onChange={(event) => setTyped(event.target.value)}
      />
      <span className="text-muted whitespace-nowrap">of {countText(pages)}</span>
    </form>
  );
}
