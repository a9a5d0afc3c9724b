import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { known } from "@/app/search";
import { historyQuery } from "@/features/pipelines/queries";
import { type PipelineSearch, STATUSES } from "@/features/pipelines/search";
import { oneOf, STATUS, STATUS_CHOICES } from "@/features/pipelines/words";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { FilterSelect } from "@/ui/field";
import { countText, durationText } from "@/ui/numbers";
import { Empty } from "@/ui/state";
import { type Column, DataTable } from "@/ui/table";
import { Time } from "@/ui/time";

type Run = Schemas["PipelineRunBody"];

const ORDERS = [{ value: "asc", label: "Oldest first" }] as const;

/** The runs of a pipeline in the chosen time, page by page. */
export function RunHistory({ pipelineId, search }: { pipelineId: string; search: PipelineSearch }) {
  const navigate = useNavigate({ from: "/pipelines/$pipelineId" });
  const page = useQuery(historyQuery(pipelineId, search));
  const longest = Math.max(0, ...(page.data?.items ?? []).map((run) => run.elapsed_seconds ?? 0));
  const columns = useMemo(() => columnsOf(longest), [longest]);
  const change = (part: { [K in keyof PipelineSearch]?: PipelineSearch[K] | undefined }) =>
    void navigate({
      search: (before) => known({ ...before, cursor: undefined, ...part }),
      replace: true,
      resetScroll: false,
    });
  const go = (cursor: string | undefined) =>
    void navigate({ search: (before) => known({ ...before, cursor }), resetScroll: false });
  const next = page.data?.next_cursor;
  return (
    <Card
      flush
      title="Runs"
      actions={
        <>
          <FilterSelect
            label="Status"
            any="Any"
            value={search.status}
            choices={STATUS_CHOICES}
            onChange={(value) => change({ status: oneOf(value, STATUSES) })}
          />
          <FilterSelect
            label="Order"
            any="Newest first"
            value={search.order}
            choices={ORDERS}
            onChange={(value) => change({ order: oneOf(value, ["asc"]) })}
          />
        </>
      }
    >
      <DataTable
        label="Runs"
        columns={columns}
        rows={page.data?.items}
        keyOf={(run) => run.id}
        error={page.error}
        onRetry={() => void page.refetch()}
        isStale={page.isPlaceholderData}
        empty={
          <Empty title={search.status === undefined ? "No run in this time" : "No such run in this time"}>
            Choose a longer time{search.status !== undefined && " or another status"}.
          </Empty>
        }
        paging={{
          first: search.cursor === undefined ? undefined : () => go(undefined),
          next: next == null ? undefined : () => go(next),
        }}
      />
    </Card>
  );
}

function columnsOf(longest: number): readonly Column<Run>[] {
  return [
    {
      id: "status",
      header: "Status",
      cell: ({ status }) => (
        <Badge tone={STATUS[status].tone} pulse={status === "running"}>
          {STATUS[status].word}
        </Badge>
      ),
    },
    {
      id: "run",
      header: "Run",
      cell: (run) => (
        <span className="block max-w-44 sm:max-w-72">
          <Link
            from="/pipelines/$pipelineId"
            to="."
            search={(before) => ({ ...before, run: run.id })}
            resetScroll={false}
            title={run.external_run_id}
            className="block truncate font-mono text-accent-strong text-xs hover:underline"
          >
            {run.external_run_id}
          </Link>
          <span className="mt-0.5 block text-xs md:hidden">
            <When run={run} />
          </span>
          {(run.status_reason ?? run.error_message) !== null && (
            <span className="mt-0.5 block truncate text-muted text-xs">{run.status_reason ?? run.error_message}</span>
          )}
        </span>
      ),
    },
    { id: "when", header: "When", hidden: "md", cell: (run) => <When run={run} /> },
    {
      id: "took",
      header: "Took",
      className: "min-w-32",
      cell: (run) => <Took seconds={run.elapsed_seconds} longest={longest} />,
    },
    {
      id: "rows",
      header: "Rows",
      align: "right",
      hidden: "sm",
      cell: (run) =>
        run.rows_processed === null ? <span className="text-muted">–</span> : countText(run.rows_processed),
    },
  ];
}

/** When it started. What does not say so is told by when it ended, else by when it was reported. */
function When({ run }: { run: Run }) {
  const said = run.started_at === null ? (run.finished_at === null ? "reported " : "ended ") : "";
  return (
    <>
      {said !== "" && <span className="text-muted text-xs">{said}</span>}
      <Time at={run.started_at ?? run.finished_at ?? run.created_at} exact />
    </>
  );
}

/** How long, beside a bar that compares it with the longest of the page. */
function Took({ seconds, longest }: { seconds: number | null; longest: number }) {
  if (seconds === null) return <span className="text-muted">–</span>;
  const share = longest === 0 ? 0 : seconds / longest;
  return (
    <span className="flex flex-col gap-1">
      <span className="whitespace-nowrap tabular-nums">{durationText(seconds)}</span>
      <span aria-hidden className="block h-1 w-24 rounded-full bg-sunken">
        <span className="block h-full rounded-full bg-accent/70" style={{ width: `${Math.max(2, share * 100)}%` }} />
      </span>
    </span>
  );
}
