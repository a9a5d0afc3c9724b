import type { PDFDocumentProxy, RenderTask } from "pdfjs-dist";
import { memo, useEffect, useRef, useState } from "react";

/** Browsers draw nothing on a canvas that is larger than this. */
const MOST_PIXELS = 16_000_000;

/** One page, drawn as large as it is shown. What was drawn before stays, stretched, until the new picture is there. */
export const PdfPage = memo(function PdfPage({
  document: pdf,
  page: number,
  scale,
  onSize,
}: {
  document: PDFDocumentProxy;
  page: number;
  scale: number;
  /** Of the page in points: not all are like the first. */
  onSize: (page: number, width: number, height: number) => void;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let task: RenderTask | undefined;
    let gone = false;
    const draw = async () => {
      const page = await pdf.getPage(number);
      if (gone) return;
      const { width, height } = page.getViewport({ scale: 1 });
      onSize(number, width, height);
      const dense = Math.min(devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / (width * height * scale * scale)));
      const viewport = page.getViewport({ scale: scale * dense });
      const canvas = document.createElement("canvas");
      canvas.width = Math.floor(viewport.width);
      canvas.height = Math.floor(viewport.height);
      canvas.className = "size-full";
      task = page.render({ canvas, viewport });
      await task.promise;
      if (!gone) holder.current?.replaceChildren(canvas);
    };
    draw().then(
      () => setFailed(false),
      () => gone || setFailed(true),
    );
    return () => {
      gone = true;
      task?.cancel();
    };
  }, [pdf, number, scale, onSize]);
  return (
    <>
      <div ref={holder} role="img" aria-label={`Page ${number}`} className="size-full" />
      {failed && (
        <p className="absolute inset-0 flex items-center justify-center p-4 text-center text-black">
          Page {number} cannot be drawn.
        </p>
      )}
    </>
  );
});
