import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type DocumentDetail, textQuery } from "@/features/documents/queries";

function decoded(pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder(); // in one go: a piece may end within a character
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join("");
}

/** The text as far as it was fetched, how much of it that is, and what fetches more. */
export function useText(id: string, about: NonNullable<DocumentDetail["text"]>) {
  const query = useInfiniteQuery(textQuery(id, about));
  const pieces = query.data?.pages;
  const text = useMemo(() => (pieces === undefined ? undefined : decoded(pieces)), [pieces]);
  const fetched = pieces?.reduce((sum, piece) => sum + piece.length, 0) ?? 0;
  return {
    text: about.size_bytes === 0 ? "" : text,
    fetched,
    error: query.error,
    retry: () => void query.refetch(),
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    isFetchingMore: query.isFetchingNextPage,
  };
}
