import { Link } from "@tanstack/react-router";
import { FileText, SearchX } from "lucide-react";
import { asApiError } from "@/api/problem";
import { filterCount } from "@/features/documents/parameters";
import type { DocumentItem } from "@/features/documents/queries";
import { Result } from "@/features/documents/result";
import type { DocumentsSearch } from "@/features/documents/search";
import { SyntaxHint } from "@/features/documents/syntax-hint";
import { buttonClasses } from "@/ui/button";
import { classNames } from "@/ui/class-names";
import { Empty, Failure, NotUpToDate, Skeleton } from "@/ui/state";

/** The list, or what is to be said instead of it. */
export function Results({
  items,
  search,
  error,
  isStale,
  onRetry,
}: {
  items: readonly DocumentItem[] | undefined;
  search: DocumentsSearch;
  error: unknown;
  isStale: boolean;
  onRetry: () => void;
}) {
  if (items === undefined) {
    if (error == null) return <LoadingResults />;
    const { code, message, fields } = asApiError(error);
    if (code !== "invalid_query")
      return <Failure error={error} onRetry={onRetry} what="The documents could not be loaded" />;
    return (
      <Empty title="This cannot be searched for" icon={<SearchX strokeWidth={1.5} />} actions={<SyntaxHint />}>
        {fields[0]?.message ?? message}
      </Empty>
    );
  }
  return (
    <>
      {error != null && <NotUpToDate error={error} />}
      {items.length === 0 ? (
        <Nothing search={search} />
      ) : (
        <ul
          aria-label="Documents"
          aria-busy={isStale}
          className={classNames("transition-opacity", isStale && "opacity-60")}
        >
          {items.map((document) => (
            <li key={document.id} className="border-line border-b last:border-0">
              <Result document={document} query={search.q} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Nothing({ search }: { search: DocumentsSearch }) {
  if (search.cursor !== undefined)
    return <p className="px-4 py-8 text-center text-muted">There is nothing on this page.</p>;
  if (search.q !== undefined) {
    return (
      <Empty title="Nothing was found" icon={<SearchX strokeWidth={1.5} />} actions={<SyntaxHint />}>
        {filterCount(search) > 0
          ? "Other words may help, or fewer filters. What can be typed:"
          : "Other words may help. Capitals and accents do not count. What can be typed:"}
      </Empty>
    );
  }
  if (filterCount(search) > 0)
    return <Empty title="No document fits these filters">Drop some of them to see more.</Empty>;
  return (
    <Empty
      title="There are no documents yet"
      icon={<FileText strokeWidth={1.5} />}
      actions={
        <Link to="/upload" className={buttonClasses({ look: "primary" })}>
          Upload documents
        </Link>
      }
    >
      PDFs, office files, e-mail and text are read, told what kind they are, and found by what they say.
    </Empty>
  );
}

function LoadingResults() {
  return (
    <div role="status" aria-label="Loading documents">
      {Array.from({ length: 5 }, (_, row) => `row-${row}`).map((key) => (
        <div key={key} className="flex gap-4 border-line border-b px-4 py-4 last:border-0">
          <Skeleton className="aspect-[5/7] w-14 shrink-0 sm:w-22" />
          <div className="flex-1 space-y-3">
            <Skeleton className="h-5 w-1/2" />
            <Skeleton className="h-4 w-4/5" />
            <Skeleton className="h-4 w-2/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
