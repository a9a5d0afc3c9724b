import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FirstRun } from "@/features/pipelines/first-run";
import type { PipelineState } from "@/features/pipelines/health";
import { listQuery } from "@/features/pipelines/queries";
import type { PipelinesSearch } from "@/features/pipelines/search";
import {
  alertsColumn,
  dueColumn,
  healthColumn,
  latestColumns,
  pipelineColumn,
} from "@/features/pipelines/state-columns";
import { ENVIRONMENT, PLATFORM } from "@/features/pipelines/words";
import { Card } from "@/ui/card";
import { Empty } from "@/ui/state";
import { type Column, DataTable } from "@/ui/table";

const COLUMNS: readonly Column<PipelineState>[] = [
  {
    ...pipelineColumn,
    cell: (state) => (
      <>
        {pipelineColumn.cell(state)}
        <span className="block text-muted text-xs whitespace-nowrap">
          {PLATFORM[state.pipeline.platform]} · {ENVIRONMENT[state.pipeline.environment]}
        </span>
      </>
    ),
  },
  healthColumn,
  {
    id: "client",
    header: "Client",
    cell: (state) => (
      <Link to="/clients/$clientId" params={{ clientId: state.pipeline.client_id }} className="hover:underline">
        {state.client_name}
      </Link>
    ),
  },
  ...latestColumns,
  dueColumn,
  alertsColumn,
];

/** Pipelines row by row, page by page. */
export function PipelineList({
  search,
  onPage,
}: {
  search: PipelinesSearch;
  onPage: (cursor: string | undefined) => void;
}) {
  const page = useQuery(listQuery(search));
  const next = page.data?.next_cursor;
  const isFiltered = [search.text, search.health, search.platform, search.environment, search.disabled].some(
    (filter) => filter !== undefined,
  );
  if (page.data?.items.length === 0 && search.cursor === undefined && !isFiltered) return <FirstRun />;
  return (
    <Card flush>
      <DataTable
        label="Pipelines"
        columns={COLUMNS}
        rows={page.data?.items}
        keyOf={(state) => state.pipeline.id}
        error={page.error}
        onRetry={() => void page.refetch()}
        isStale={page.isPlaceholderData}
        empty={<Empty title="No pipeline fits these filters">Take a filter away, or look for another text.</Empty>}
        paging={{
          first: search.cursor === undefined ? undefined : () => onPage(undefined),
          next: next == null ? undefined : () => onPage(next),
        }}
      />
    </Card>
  );
}
