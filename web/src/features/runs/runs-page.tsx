import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { FilterX, Upload } from "lucide-react";
import { known } from "@/app/search";
import { useTitle } from "@/app/title";
import { runsQuery } from "@/features/runs/queries";
import { RUN_COLUMNS } from "@/features/runs/runs-columns";
import { RunsFilters } from "@/features/runs/runs-filters";
import type { RunsSearch } from "@/features/runs/search";
import { Button, buttonClasses } from "@/ui/button";
import { Card, PageHead } from "@/ui/card";
import { Empty } from "@/ui/state";
import { DataTable } from "@/ui/table";

/** Everything that came in, newest first. */
export function RunsPage() {
  useTitle("Runs");
  const search = useSearch({ from: "/runs" });
  const navigate = useNavigate({ from: "/runs" });
  const runs = useQuery(runsQuery(search));
  const { cursor, order: _, ...filters } = search;
  const isFiltered = Object.keys(filters).length > 0;
  const next = runs.data?.next_cursor;
  const change = (wanted: RunsSearch) => void navigate({ search: wanted, replace: true, resetScroll: false });
  return (
    <>
      <PageHead
        title="Runs"
        about="Everything that came in, and what became of it."
        actions={
          <Link to="/upload" className={buttonClasses({ look: "primary" })}>
            <Upload aria-hidden className="size-4" /> Upload
          </Link>
        }
      />
      <Card flush>
        <RunsFilters search={search} onChange={change} />
        <DataTable
          label="Runs"
          columns={RUN_COLUMNS}
          rows={runs.data?.items}
          keyOf={(run) => run.id}
          error={runs.error}
          onRetry={() => void runs.refetch()}
          isStale={runs.isPlaceholderData}
          empty={isFiltered ? <NothingMatches onDrop={() => change(known({ order: search.order }))} /> : <NothingYet />}
          paging={{
            next: next == null ? undefined : () => void navigate({ search: (now) => ({ ...now, cursor: next }) }),
            first:
              cursor === undefined
                ? undefined
                : () => void navigate({ search: known({ ...search, cursor: undefined }) }),
          }}
        />
      </Card>
    </>
  );
}

function NothingYet() {
  return (
    <Empty
      title="Nothing was uploaded yet"
      icon={<Upload strokeWidth={1.5} />}
      actions={
        <Link to="/upload" className={buttonClasses({ look: "primary" })}>
          Upload the first file
        </Link>
      }
    >
      Each upload becomes a run: it is stored, checked, and worked on. You see it here from its first moment.
    </Empty>
  );
}

function NothingMatches({ onDrop }: { onDrop: () => void }) {
  return (
    <Empty
      title="No run matches"
      icon={<FilterX strokeWidth={1.5} />}
      actions={<Button onClick={onDrop}>Drop the filters</Button>}
    >
      Runs that begin to match show here by themselves.
    </Empty>
  );
}
