import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ListFilter, Tags, Upload } from "lucide-react";
import { useState } from "react";
import { known } from "@/app/search";
import { useTitle } from "@/app/title";
import { CategoriesDialog } from "@/features/documents/categories-dialog";
import { Filters } from "@/features/documents/filters";
import { filterCount } from "@/features/documents/parameters";
import { documentsQuery } from "@/features/documents/queries";
import { Results } from "@/features/documents/results";
import type { DocumentsSearch } from "@/features/documents/search";
import { SearchBox } from "@/features/documents/search-box";
import { Button, buttonClasses } from "@/ui/button";
import { Card, PageHead } from "@/ui/card";
import { classNames } from "@/ui/class-names";
import { pluralText } from "@/ui/numbers";

type Change = { [Name in keyof DocumentsSearch]?: DocumentsSearch[Name] | undefined };

export function DocumentsPage() {
  useTitle("Documents");
  const search = useSearch({ from: "/documents" });
  const navigate = useNavigate({ from: "/documents" });
  const [filters, setFilters] = useState(false); // on phones
  const [categories, setCategories] = useState(false);
  const { data, error, isPlaceholderData, isFetching, refetch } = useQuery(documentsQuery(search));
  // every change but of the place leads to the first page; typing adds nothing to the browser's history
  const change = (next: Change, replace = false) =>
    void navigate({
      search: (before) => known({ ...before, cursor: undefined, ...next }),
      replace,
      resetScroll: false,
    });
  const next = data?.next_cursor ?? undefined;
  return (
    <>
      <PageHead
        title="Documents"
        about="Search what came in by what it says."
        actions={
          <>
            <Button onClick={() => setCategories(true)}>
              <Tags aria-hidden className="size-4" /> Categories
            </Button>
            <Link to="/upload" className={buttonClasses({ look: "primary" })}>
              <Upload aria-hidden className="size-4" /> Upload
            </Link>
          </>
        }
      />
      <div className="space-y-3">
        <SearchBox
          label="Search documents"
          value={search.q ?? ""}
          placeholder="Words, “a phrase”, begin*, -without"
          busy={isFetching && isPlaceholderData}
          onChange={(q) => change({ q: q === "" ? undefined : q }, search.q !== undefined)}
        />
        <Button
          small
          className="sm:hidden"
          aria-expanded={filters}
          aria-controls="document-filters"
          onClick={() => setFilters(!filters)}
        >
          <ListFilter aria-hidden className="size-4" />
          {filterCount(search) === 0 ? "Filters" : `Filters (${filterCount(search)})`}
        </Button>
        <div id="document-filters" className={classNames("sm:block", !filters && "hidden")}>
          <Filters search={search} onChange={change} />
        </div>
        <p role="status" className="sr-only">
          {data !== undefined && !isPlaceholderData && `${pluralText(data.items.length, "document")} on this page`}
        </p>
        <Card flush>
          <Results
            items={data?.items}
            search={search}
            error={error}
            isStale={isPlaceholderData}
            onRetry={() => void refetch()}
          />
          {(search.cursor !== undefined || next !== undefined) && (
            <nav aria-label="Pages of documents" className="flex justify-end gap-2 border-line border-t px-4 py-2">
              <Button small disabled={search.cursor === undefined} onClick={() => change({})}>
                First page
              </Button>
              <Button
                small
                disabled={next === undefined}
                onClick={() => {
                  change({ cursor: next });
                  window.scrollTo({ top: 0 });
                }}
              >
                Next page
              </Button>
            </nav>
          )}
        </Card>
      </div>
      <CategoriesDialog open={categories} onClose={() => setCategories(false)} />
    </>
  );
}
