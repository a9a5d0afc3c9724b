import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useCallback, useRef } from "react";
import { known } from "@/app/search";
import type { PdfHandle } from "@/features/documents/pdf/pdf-view";
import { PreviewPicture } from "@/features/documents/preview-picture";
import type { DocumentDetail } from "@/features/documents/queries";
import { type TextHandle, TextView } from "@/features/documents/text/text-view";
import { classNames } from "@/ui/class-names";
import { Loading } from "@/ui/state";

// pdf.js is large; whoever looks at no PDF does without
const PdfView = lazy(() => import("@/features/documents/pdf/pdf-view").then((module) => ({ default: module.PdfView })));

/** With these nobody can draw it. */
const UNSHOWABLE = ["document_broken", "document_encrypted", "document_type_unsupported"];

/** The document as it looks, beside its text. Pages of a PDF lead to their text, and back. */
export function Panes({ document }: { document: DocumentDetail }) {
  const { id, title, media_type, size_bytes, text, status, sha256 } = document;
  const { find = "", page } = useSearch({ from: "/documents/$documentId" });
  const navigate = useNavigate({ from: "/documents/$documentId" });
  const pdf = useRef<PdfHandle>(null);
  const wanted = useRef(page); // by the first match, which is often found before the PDF is there
  const words = useRef<TextHandle>(null);
  const onPage = (one: number) => {
    if (pdf.current !== null) pdf.current.goTo(one);
    else wanted.current ??= one;
  };
  const onFind = useCallback(
    (next: string) =>
      void navigate({
        search: (before) => known({ ...before, find: next === "" ? undefined : next }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const isPdf = media_type === "application/pdf";
  if (UNSHOWABLE.includes(document.error?.code ?? "")) return null;
  const isFailed = status === "failed";
  const isPaged = isPdf && text !== null && text.page_offsets.length > 0;
  return (
    <div className={classNames("grid gap-4", !isFailed && (isPdf ? "lg:grid-cols-2" : "lg:grid-cols-[2fr_3fr]"))}>
      <Pane title="Preview" tall={isPdf}>
        {isPdf ? (
          <Suspense fallback={<Loading what="Loading the PDF" />}>
            <PdfView
              key={sha256}
              url={`/v1/documents/${id}/content`}
              size={size_bytes}
              title={title}
              wanted={wanted}
              handle={pdf}
              onText={isPaged ? (one) => words.current?.goToPage(one) : undefined}
            />
          </Suspense>
        ) : (
          <PreviewPicture id={id} title={title} />
        )}
      </Pane>
      {!isFailed && (
        <Pane title="Text" tall={isPdf}>
          {text === null ? (
            <Loading what="Its text is being read" rows={8} />
          ) : (
            <TextView
              id={id}
              about={text}
              find={find}
              onFind={onFind}
              handle={words}
              onPage={isPaged ? onPage : undefined}
            />
          )}
        </Pane>
      )}
    </div>
  );
}

function Pane({
  title,
  tall,
  children,
}: {
  title: string;
  /** As tall as it may be; else as tall as what is in it. */
  tall: boolean;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={title}
      className={classNames(
        "flex max-h-[70vh] min-h-80 min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface lg:max-h-[82vh]",
        tall && "h-[70vh] lg:h-[82vh]",
      )}
    >
      <h2 className="sr-only">{title}</h2>
      {children}
    </section>
  );
}
