import type { DocumentsSearch } from "@/features/documents/search";

const PAGE_SIZE = 25;

/** Midnight in the reader's zone, `days` after the day. */
export function midnight(day: string, days = 0): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + days).toISOString();
}

/** The API's parameters for what stands in the URL. The last day is included. */
export function parametersOf(search: DocumentsSearch) {
  const { from, until, order, q, ...same } = search;
  return {
    ...same,
    limit: PAGE_SIZE,
    ...(q !== undefined && { q }),
    ...(order !== undefined && q === undefined && { order }), // what is searched for is ordered by how well it fits
    ...(from !== undefined && { created_after: midnight(from) }),
    ...(until !== undefined && { created_before: midnight(until, 1) }),
  };
}

/** How many filters are set, not counting what is searched for and the place in the list. */
export function filterCount({ q: _q, cursor: _cursor, order: _order, ...filters }: DocumentsSearch): number {
  return Object.keys(filters).length;
}

/** What of a query can be looked for in one text: its first phrase, or else its first word. */
export function findOf(query: string | undefined): string | undefined {
  const parts = [...(query ?? "").matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))/g)]
    .filter(([, minus]) => minus === "")
    .map(([, , phrase, word]) => ({ phrase: phrase?.trim(), word: word?.replaceAll("*", "") }));
  const phrase = parts.find((part) => part.phrase)?.phrase;
  return phrase ?? parts.find((part) => part.word)?.word;
}
