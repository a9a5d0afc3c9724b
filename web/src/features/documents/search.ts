import { known, oneIn, type Raw, textIn } from "@/app/search";

export const STATUSES = ["uploaded", "extracting", "classifying", "ready", "failed"] as const;

/** A day of the reader's calendar, as `<input type="date">` has it. */
function dayIn(raw: Raw, name: string): string | undefined {
  const text = textIn(raw, name);
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

function pageIn(raw: Raw): number | undefined {
  const page = Number(raw["page"]);
  return Number.isInteger(page) && page > 0 ? page : undefined;
}

/** What is searched for, what is left out, and where in the list one is. */
export function readDocumentsSearch(raw: Raw) {
  const uncategorised = raw["uncategorised"] === true || raw["uncategorised"] === "true" ? true : undefined;
  return known({
    q: textIn(raw, "q"),
    category: uncategorised ? undefined : textIn(raw, "category"), // the API refuses both at once
    uncategorised,
    status: oneIn(raw, "status", STATUSES),
    media_type: textIn(raw, "media_type"),
    language: textIn(raw, "language"),
    from: dayIn(raw, "from"),
    until: dayIn(raw, "until"),
    order: oneIn(raw, "order", ["asc"]),
    run_id: textIn(raw, "run_id"),
    cursor: textIn(raw, "cursor"),
  });
}

/** `find`: what is looked for in the text. `page`: where a PDF is opened. */
export function readDocumentSearch(raw: Raw) {
  return known({ find: textIn(raw, "find"), page: pageIn(raw) });
}

export type DocumentsSearch = ReturnType<typeof readDocumentsSearch>;
