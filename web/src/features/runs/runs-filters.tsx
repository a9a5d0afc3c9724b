import { SlidersHorizontal } from "lucide-react";
import { useId, useState } from "react";
import { known } from "@/app/search";
import { RUN_STATUSES, RUN_TYPES, type RunsSearch } from "@/features/runs/search";
import { RUN_STATUS, RUN_TYPE } from "@/features/runs/status";
import { Button } from "@/ui/button";
import { classNames } from "@/ui/class-names";
import { FilterDay, FilterSelect, Input } from "@/ui/field";
import { useTyped } from "@/ui/use-typed";

const STATUSES = RUN_STATUSES.map((value) => ({ value, label: RUN_STATUS[value].label }));
const TYPES = RUN_TYPES.map((value) => ({ value, label: RUN_TYPE[value] }));

interface Props {
  search: RunsSearch;
  onChange: (search: RunsSearch) => void;
}

/** Which runs are shown, in which order. All of it is in the URL. */
export function RunsFilters({ search, onChange }: Props) {
  const { cursor: _cursor, order, ...filters } = search;
  // another filter makes another list, in which the old place means nothing
  const [isOpen, setOpen] = useState(false);
  const rest = useId();
  const { label: _label, ...others } = filters;
  const count = Object.keys(others).length;
  const set = (changed: { [K in keyof RunsSearch]?: RunsSearch[K] | undefined }) =>
    onChange(known({ ...filters, order, ...changed }));
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to every browser and test library yet
    <form
      role="search"
      aria-label="Filter runs"
      onSubmit={(event) => event.preventDefault()}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b px-4 py-3"
    >
      <FilterText label="Label" value={search.label} onChange={(label) => set({ label })} hint="contains" />
      <Button small className="md:hidden" aria-expanded={isOpen} aria-controls={rest} onClick={() => setOpen(!isOpen)}>
        <SlidersHorizontal aria-hidden className="size-4" /> Filters{count > 0 && ` (${count})`}
      </Button>
      <div id={rest} className={classNames("flex-wrap gap-x-4 gap-y-2 md:contents", isOpen ? "flex" : "hidden")}>
        <FilterSelect
          label="Status"
          any="Any"
          value={search.status}
          choices={STATUSES}
          onChange={(value) => set({ status: RUN_STATUSES.find((one) => one === value) })}
        />
        <FilterSelect
          label="Type"
          any="Any"
          value={search.type}
          choices={TYPES}
          onChange={(value) => set({ type: RUN_TYPES.find((one) => one === value) })}
        />
        <FilterText label="Owner" value={search.owner} onChange={(owner) => set({ owner })} hint="exactly" />
        <FilterDay label="From" value={search.from} onChange={(from) => set({ from })} />
        <FilterDay label="Until" value={search.until} onChange={(until) => set({ until })} />
        <FilterSelect
          label="Order"
          any="Newest first"
          value={order}
          choices={[{ value: "asc", label: "Oldest first" }]}
          onChange={(value) => set({ order: value === "asc" ? "asc" : undefined })}
        />
        {Object.keys(filters).length > 0 && (
          <Button small look="quiet" onClick={() => onChange(known({ order }))}>
            Clear
          </Button>
        )}
      </div>
    </form>
  );
}

interface FilterProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

function FilterText({ label, value, onChange, hint }: FilterProps & { hint: string }) {
  const id = useId();
  const typed = useTyped(value, onChange);
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-muted text-xs">
        {label}
      </label>
      <Input id={id} type="search" placeholder={hint} className="h-8 w-36 text-xs" {...typed} />
    </div>
  );
}
