import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { CategoryBadge } from "@/features/documents/category-badge";
import { Marked } from "@/features/documents/marked";
import { findOf } from "@/features/documents/parameters";
import type { DocumentItem } from "@/features/documents/queries";
import { Thumbnail } from "@/features/documents/thumbnail";
import { languageText, mediaText, STATUS_WORDS } from "@/features/documents/words";
import { Badge } from "@/ui/badge";
import { Bytes } from "@/ui/bytes";
import { pluralText } from "@/ui/numbers";
import { Time } from "@/ui/time";

/** A document in the list: what it is called, what was found in it, what it is. */
export function Result({ document, query }: { document: DocumentItem; query: string | undefined }) {
  const { id, title, title_matches, snippet, status, error } = document;
  const find = findOf(query);
  const { label, tone, busy } = STATUS_WORDS[status];
  return (
    <article className="relative flex gap-4 px-4 py-4 hover:bg-sunken/60">
      <Thumbnail document={document} />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold text-base break-words">
          <Link
            to="/documents/$documentId"
            params={{ documentId: id }}
            search={find === undefined ? {} : { find }}
            className="after:absolute after:inset-0 hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
          >
            <Marked text={title} matches={title_matches} />
          </Link>
        </h2>
        <Where document={document} />
        {snippet !== undefined && (
          <p className="mt-1.5 line-clamp-3 max-w-prose break-words text-muted">
            <Marked text={snippet.text} matches={snippet.matches} />
          </p>
        )}
        {error !== null && (
          <p className="mt-1.5 break-words text-bad">
            {error.detail} <span className="font-mono text-xs">({error.code})</span>
          </p>
        )}
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-muted text-xs">
          {status !== "ready" && (
            <Badge tone={tone} pulse={busy}>
              {label}
            </Badge>
          )}
          <CategoryBadge verdict={document} />
          <Facts document={document} />
        </div>
      </div>
    </article>
  );
}

/** Where it lies, if its title does not say so. */
function Where({ document: { path, title } }: { document: DocumentItem }) {
  if (path.replace(/\.[^./]*$/, "") === title) return null;
  return <p className="truncate text-muted text-xs">{path}</p>;
}

function Facts({ document }: { document: DocumentItem }) {
  const { media_type, language, page_count, size_bytes, created_at, needs_ocr } = document;
  const facts: [string, ReactNode][] = [["type", mediaText(media_type)]];
  if (language !== null) facts.push(["language", languageText(language)]);
  if (page_count !== null) facts.push(["pages", pluralText(page_count, "page")]);
  facts.push(["size", <Bytes key="size" size={size_bytes} />], ["age", <Time key="age" at={created_at} />]);
  if (needs_ocr)
    facts.push([
      "ocr",
      <span key="ocr" className="text-warn">
        scan, text not read
      </span>,
    ]);
  return (
    <span className="flex flex-wrap gap-x-1.5 gap-y-1">
      {facts.map(([name, fact], index) => (
        <Fragment key={name}>
          {index > 0 && <span aria-hidden>·</span>}
          <span>{fact}</span>
        </Fragment>
      ))}
    </span>
  );
}
