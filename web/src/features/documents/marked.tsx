import { Fragment } from "react";
import { piecesOf } from "@/features/documents/marks";

/** Text with what was searched for highlighted. It is plain text, whatever is in it. */
export function Marked({ text, matches }: { text: string; matches?: readonly (readonly number[])[] | undefined }) {
  if (matches === undefined || matches.length === 0) return text;
  return piecesOf(text, matches).map((piece) =>
    piece.marked ? <mark key={piece.start}>{piece.text}</mark> : <Fragment key={piece.start}>{piece.text}</Fragment>,
  );
}
