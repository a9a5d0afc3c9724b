import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useImperativeHandle, useRef, useState } from "react";
import { PdfPage } from "@/features/documents/pdf/pdf-page";
import { PdfToolbar } from "@/features/documents/pdf/pdf-toolbar";
import { type Pdf, usePdf } from "@/features/documents/pdf/use-pdf";
import { useWidth } from "@/features/documents/pdf/use-width";
import { Scroller } from "@/features/documents/scroller";
import { Empty, Skeleton } from "@/ui/state";

const GAP = 12;

export interface PdfHandle {
  goTo: (page: number) => void;
}

interface Props {
  url: string;
  size: number;
  title: string;
  /** The page that it is opened at, if any. */
  wanted: RefObject<number | undefined>;
  handle: RefObject<PdfHandle | null>;
  /** Leads to a page's text. */
  onText?: ((page: number) => void) | undefined;
}

export function PdfView(props: Props) {
  const { pdf, error } = usePdf(props.url, props.size);
  if (error !== undefined) {
    return (
      <Empty title="The PDF cannot be shown here">
        {error instanceof Error ? error.message : String(error)} Download it to look at it.
      </Empty>
    );
  }
  if (pdf === undefined) {
    return (
      <div role="status" aria-label="Loading the PDF" className="p-4">
        <Skeleton className="mx-auto aspect-[5/7] w-full max-w-lg" />
      </div>
    );
  }
  return <Pages {...props} pdf={pdf} />;
}

function Pages({ pdf, title, wanted, handle, onText }: Props & { pdf: Pdf }) {
  const { document, width, height } = pdf;
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  const frameWidth = useWidth(frame);
  const [zoom, setZoom] = useState(1);
  const sizes = useRef(new Map<number, { width: number; height: number }>());
  const [, setKnown] = useState(0);
  const scale = (Math.max(frameWidth - 2 * GAP, 120) / width) * zoom;

  const virtual = useVirtualizer({
    count: document.numPages,
    getScrollElement: () => frame,
    estimateSize: (index) => Math.floor((sizes.current.get(index + 1)?.height ?? height) * scale),
    gap: GAP,
    paddingStart: GAP,
    paddingEnd: GAP,
    scrollPaddingStart: GAP,
    overscan: 1,
    enabled: frameWidth > 0,
  });

  const middle = (virtual.scrollOffset ?? 0) + (frame?.clientHeight ?? 0) / 2;
  const current = (virtual.getVirtualItemForOffset(middle)?.index ?? 0) + 1;
  const goTo = useCallback(
    (page: number) => virtual.scrollToIndex(Math.min(Math.max(page, 1), document.numPages) - 1, { align: "start" }),
    [virtual, document],
  );
  useImperativeHandle(handle, () => ({ goTo }), [goTo]);

  // what was in view stays in view when pages grow or shrink
  const at = useRef(wanted.current ?? 1);
  const drawn = useRef(0);
  useEffect(() => {
    if (frameWidth === 0 || drawn.current === scale) return;
    drawn.current = scale;
    virtual.measure();
    goTo(at.current);
  }, [scale, frameWidth, virtual, goTo]);
  useEffect(() => {
    if (drawn.current === scale && virtual.scrollOffset !== null) at.current = current;
  }, [current, scale, virtual]);

  const onSize = useCallback(
    (page: number, wide: number, high: number) => {
      if (wide === width && high === height && !sizes.current.has(page)) return;
      const known = sizes.current.get(page);
      if (known?.width === wide && known.height === high) return;
      sizes.current.set(page, { width: wide, height: high });
      setKnown((count) => count + 1);
      virtual.measure();
    },
    [virtual, width, height],
  );

  return (
    <>
      <PdfToolbar
        page={current}
        pages={document.numPages}
        percent={(scale * 72) / 96}
        onPage={goTo}
        onText={onText}
        zoom={zoom}
        onZoom={setZoom}
      />
      <Scroller label={`Pages of ${title}`} frame={setFrame} className="bg-sunken">
        <div className="relative min-w-full" style={{ height: virtual.getTotalSize(), width: scale * width + 2 * GAP }}>
          {virtual.getVirtualItems().map(({ index, key, start, size }) => {
            const wide = (sizes.current.get(index + 1)?.width ?? width) * scale;
            return (
              <div
                key={key}
                className="absolute inset-x-0 mx-auto bg-white shadow-sm ring-1 ring-line"
                style={{ top: start, height: size, width: Math.floor(wide) }}
              >
                <PdfPage document={document} page={index + 1} scale={scale} onSize={onSize} />
              </div>
            );
          })}
        </div>
      </Scroller>
    </>
  );
}
