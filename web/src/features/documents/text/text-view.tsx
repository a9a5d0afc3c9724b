import { type RefObject, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { DocumentDetail } from "@/features/documents/queries";
import { Scroller } from "@/features/documents/scroller";
import { blocksOf, pageAt } from "@/features/documents/text/blocks";
import { findIn, fold, type Match } from "@/features/documents/text/find";
import { FindBar } from "@/features/documents/text/find-bar";
import { TextBlocks } from "@/features/documents/text/text-blocks";
import { useText } from "@/features/documents/text/use-text";
import { Button } from "@/ui/button";
import { bytesText } from "@/ui/numbers";
import { Failure, Loading } from "@/ui/state";

export interface TextHandle {
  goToPage: (page: number) => void;
}

interface Props {
  id: string;
  about: NonNullable<DocumentDetail["text"]>;
  find: string;
  onFind: (find: string) => void;
  handle: RefObject<TextHandle | null>;
  /** Tells of the page of a match that one comes to, and of pages that are chosen. */
  onPage?: ((page: number) => void) | undefined;
}

const NOTHING: readonly Match[] = [];

/** The text of a document, as much as was fetched, with what is looked for in it. */
export function TextView({ id, about, find, onFind, handle, onPage }: Props) {
  const { text, fetched, error, retry, more, isFetchingMore } = useText(id, about);
  const paged = about.page_offsets.length > 0;
  const blocks = useMemo(() => blocksOf(text ?? "", paged), [text, paged]);
  const folded = useMemo(() => fold(text ?? ""), [text]);
  const matches = useMemo(() => (find.trim() === "" ? NOTHING : findIn(folded, find)), [folded, find]);
  const [at, setAt] = useState(0);
  const frame = useRef<HTMLElement>(null);
  const current = matches[Math.min(at, matches.length - 1)];

  const scrollTo = useCallback((selector: string, share: number) => {
    // what comes into view gets its true size only then, and in a later frame: the place is looked for until that is over
    const scroll = (frames: number) => {
      const box = frame.current;
      const target = box?.querySelector(selector);
      if (box == null || target == null) return;
      const away = target.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight * share;
      if (Math.abs(away) > 1) box.scrollTop += away;
      if (frames > 0) requestAnimationFrame(() => scroll(frames - 1));
    };
    scroll(12);
  }, []);
  useImperativeHandle(handle, () => ({ goToPage: (page) => scrollTo(`[data-page="${page}"]`, 0) }), [scrollTo]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at its first match
  useEffect(() => setAt(0), [find]);
  const tell = useRef(onPage);
  tell.current = onPage;
  const place = current?.start;
  // biome-ignore lint/correctness/useExhaustiveDependencies: more text behind a match moves nobody away from where they are
  useEffect(() => {
    if (place === undefined) return;
    scrollTo("mark[aria-current]", 0.3);
    const page = pageAt(blocks, place);
    if (page !== undefined) tell.current?.(page);
  }, [place, find]);

  if (text === undefined) {
    return error === null ? <Loading what="Loading the text" rows={8} /> : <Failure error={error} onRetry={retry} />;
  }
  if (text.trim() === "") return <p className="p-6 text-center text-muted">No text was found in this document.</p>;
  return (
    <>
      <div className="border-line border-b px-2 py-1.5">
        <FindBar
          query={find}
          onQuery={onFind}
          count={matches.length}
          at={Math.min(at, matches.length - 1)}
          onStep={(step) => setAt((before) => (before + step + matches.length) % Math.max(matches.length, 1))}
        />
      </div>
      <Scroller label="The document’s text" frame={frame}>
        <TextBlocks text={text} blocks={blocks} matches={matches} current={place} onPage={onPage} />
        {more !== undefined && (
          <div className="flex flex-wrap items-center justify-center gap-3 border-line border-t p-4 text-muted">
            <span>
              The first {bytesText(fetched)} of {bytesText(about.size_bytes)}
            </span>
            <Button small disabled={isFetchingMore} onClick={more}>
              {isFetchingMore ? "Loading…" : "Load more"}
            </Button>
          </div>
        )}
      </Scroller>
      {more !== undefined && find.trim() !== "" && (
        <p className="border-line border-t px-3 py-1.5 text-muted text-xs">
          Looked through the first {bytesText(fetched)}.{" "}
          <button type="button" className="underline" disabled={isFetchingMore} onClick={more}>
            {isFetchingMore ? "Loading…" : "Load more"}
          </button>
        </p>
      )}
    </>
  );
}
