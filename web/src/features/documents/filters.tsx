import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FilterX } from "lucide-react";
import { filterCount } from "@/features/documents/parameters";
import { categoriesQuery } from "@/features/documents/queries";
import { type DocumentsSearch, STATUSES } from "@/features/documents/search";
import { languageChoices, mediaChoices, STATUS_WORDS } from "@/features/documents/words";
import { Button } from "@/ui/button";
import { FilterDay, FilterSelect } from "@/ui/field";

type Change = { [Name in keyof DocumentsSearch]?: DocumentsSearch[Name] | undefined };

const NONE = " none"; // no name of a category begins with a space
const OLDEST = [{ value: "asc", label: "Oldest first" }];
const statuses = STATUSES.map((value) => ({ value, label: STATUS_WORDS[value].label }));

export function Filters({ search, onChange }: { search: DocumentsSearch; onChange: (change: Change) => void }) {
  const categories = useQuery(categoriesQuery).data ?? [];
  const names = categories.map(({ name }) => name);
  const chosen = search.category;
  const all = chosen === undefined || names.includes(chosen) ? names : [...names, chosen];
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <legend className="sr-only">Filters</legend>
      <FilterSelect
        label="Category"
        any="Any"
        value={search.uncategorised ? NONE : chosen}
        choices={[{ value: NONE, label: "Uncategorised" }, ...all.map((name) => ({ value: name, label: name }))]}
        onChange={(value) =>
          onChange(
            value === NONE
              ? { category: undefined, uncategorised: true }
              : { category: value, uncategorised: undefined },
          )
        }
      />
      <FilterSelect
        label="Type"
        any="Any"
        value={search.media_type}
        choices={mediaChoices(search.media_type)}
        onChange={(media_type) => onChange({ media_type })}
      />
      <FilterSelect
        label="Language"
        any="Any"
        value={search.language}
        choices={languageChoices(search.language)}
        onChange={(language) => onChange({ language })}
      />
      <FilterSelect
        label="Status"
        any="Any"
        value={search.status}
        choices={statuses}
        onChange={(status) => onChange({ status: STATUSES.find((one) => one === status) })}
      />
      <div className="flex flex-wrap gap-x-4 gap-y-2">
        <FilterDay label="From" value={search.from} onChange={(from) => onChange({ from })} />
        <FilterDay label="Until" value={search.until} onChange={(until) => onChange({ until })} />
      </div>
      {search.q === undefined && (
        <FilterSelect
          label="Order"
          any="Newest first"
          value={search.order}
          choices={OLDEST}
          onChange={(order) => onChange({ order: order === "asc" ? "asc" : undefined })}
        />
      )}
      {search.run_id !== undefined && (
        <Link to="/runs/$runId" params={{ runId: search.run_id }} className="text-accent-strong text-xs underline">
          Of one run
        </Link>
      )}
      {filterCount(search) > 0 && (
        <Button
          small
          look="quiet"
          onClick={() =>
            onChange({
              category: undefined,
              uncategorised: undefined,
              media_type: undefined,
              language: undefined,
              status: undefined,
              from: undefined,
              until: undefined,
              run_id: undefined,
            })
          }
        >
          <FilterX aria-hidden className="size-4" /> Drop filters
        </Button>
      )}
    </fieldset>
  );
}
