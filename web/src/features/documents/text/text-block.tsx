import { memo, type ReactNode } from "react";
import type { Match } from "@/features/documents/text/find";

interface Props {
  /** Of the block alone. */
  text: string;
  /** Where it begins in the whole. */
  start: number;
  matches: readonly Match[];
  /** Where the match begins that one is at. */
  current: number | undefined;
}

/** A few paragraphs with what was found in them. What is out of sight is not laid out. */
export const TextBlock = memo(function TextBlock({ text, start, matches, current }: Props) {
  return (
    <p className="whitespace-pre-wrap break-words [contain-intrinsic-size:auto_36rem] [content-visibility:auto]">
      {matches.length === 0 ? text : marked(text, start, matches, current)}
    </p>
  );
});

function marked(text: string, start: number, matches: readonly Match[], current: number | undefined): ReactNode[] {
  const nodes: ReactNode[] = [];
  let done = 0;
  for (const match of matches) {
    const from = Math.max(match.start - start, done);
    const to = Math.min(match.stop - start, text.length);
    if (from > done) nodes.push(text.slice(done, from));
    const isCurrent = match.start === current;
    nodes.push(
      <mark
        key={match.start}
        aria-current={isCurrent || undefined}
        className="aria-[current]:bg-accent aria-[current]:text-on-accent"
      >
        {text.slice(from, to)}
      </mark>,
    );
    done = to;
  }
  nodes.push(text.slice(done));
  return nodes;
}
