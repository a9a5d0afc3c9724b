import type { ReactNode } from "react";
import type { Block } from "@/features/documents/text/blocks";
import type { Match } from "@/features/documents/text/find";
import { TextBlock } from "@/features/documents/text/text-block";

const NOTHING: readonly Match[] = [];

interface Props {
  text: string;
  blocks: readonly Block[];
  matches: readonly Match[];
  /** Where the match begins that one is at. */
  current: number | undefined;
  onPage?: ((page: number) => void) | undefined;
}

/** Blocks and matches are both in order, so each block takes its matches from where the one before it ended. */
export function TextBlocks({ text, blocks, matches, current, onPage }: Props) {
  let next = 0;
  const shown: ReactNode[] = [];
  for (const { start, stop, page } of blocks) {
    while ((matches[next]?.stop ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    let end = next;
    while ((matches[end]?.start ?? Number.POSITIVE_INFINITY) < stop) end += 1;
    const within = end > next ? matches.slice(next, end) : NOTHING;
    const isHere = current !== undefined && within.some((match) => match.start === current);
    if (page !== undefined) shown.push(<PageMark key={`page-${page}`} page={page} onPage={onPage} />);
    shown.push(
      <TextBlock
        key={start}
        text={text.slice(start, stop)}
        start={start}
        matches={within}
        current={isHere ? current : undefined}
      />,
    );
  }
  return <div className="px-4 py-3 leading-relaxed">{shown}</div>;
}

function PageMark({ page, onPage }: { page: number; onPage?: ((page: number) => void) | undefined }) {
  const label = `Page ${page}`;
  return (
    <div data-page={page} className="mt-4 mb-2 flex items-center gap-3 text-muted text-xs first:mt-0">
      <span aria-hidden className="h-px flex-1 bg-line" />
      {onPage === undefined ? (
        <span>{label}</span>
      ) : (
        <button
          type="button"
          title={`Show page ${page} of the PDF`}
          className="hover:underline"
          onClick={() => onPage(page)}
        >
          {label}
        </button>
      )}
      <span aria-hidden className="h-px flex-1 bg-line" />
    </div>
  );
}
