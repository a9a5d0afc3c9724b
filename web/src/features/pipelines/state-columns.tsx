import { Link } from "@tanstack/react-router";
import type { PipelineState } from "@/features/pipelines/health";
import { HealthBadge } from "@/features/pipelines/health-mark";
import { STATUS } from "@/features/pipelines/words";
import { Badge } from "@/ui/badge";
import { durationText } from "@/ui/numbers";
import type { Column } from "@/ui/table";
import { Time } from "@/ui/time";

/** Columns of tables of pipelines, wherever these are. */
export const pipelineColumn: Column<PipelineState> = {
  id: "pipeline",
  header: "Pipeline",
  className: "min-w-40",
  cell: ({ pipeline }) => (
    <Link
      to="/pipelines/$pipelineId"
      params={{ pipelineId: pipeline.id }}
      className="font-medium text-accent-strong hover:underline"
    >
      {pipeline.name}
    </Link>
  ),
};

export const healthColumn: Column<PipelineState> = {
  id: "health",
  header: "Health",
  cell: ({ health }) => <HealthBadge health={health} />,
};

export const latestColumns: readonly Column<PipelineState>[] = [
  {
    id: "latest",
    header: "Latest run",
    cell: ({ latest_run: run }) =>
      run === null ? (
        <span className="text-muted">None yet</span>
      ) : (
        <span className="inline-flex items-center gap-2">
          <Badge tone={STATUS[run.status].tone} pulse={run.status === "running"}>
            {STATUS[run.status].word}
          </Badge>
          <span className="text-muted text-xs">
            <Time at={run.effective_at} />
          </span>
        </span>
      ),
  },
  {
    id: "took",
    header: "Took",
    align: "right",
    hidden: "md",
    className: "whitespace-nowrap",
    cell: ({ latest_run: run }) =>
      run?.elapsed_seconds == null ? <span className="text-muted">–</span> : durationText(run.elapsed_seconds),
  },
];

export const dueColumn: Column<PipelineState> = {
  id: "due",
  header: "Next due",
  hidden: "md",
  cell: ({ due_at }) => <Time at={due_at} />,
};

export const alertsColumn: Column<PipelineState> = {
  id: "alerts",
  header: "Alerts",
  align: "right",
  hidden: "sm",
  cell: ({ open_alerts: count, pipeline }) =>
    count === 0 ? (
      <span className="text-muted">0</span>
    ) : (
      <Link
        to="/alerts"
        search={{ pipeline: pipeline.id }}
        aria-label={`${count} open alerts of ${pipeline.name}`}
        className="font-medium text-accent-strong hover:underline"
      >
        {count}
      </Link>
    ),
};
