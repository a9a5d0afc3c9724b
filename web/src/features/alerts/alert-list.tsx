import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import type { Schemas } from "@/api/client";
import { Card } from "@/ui/card";
import { countText, pluralText } from "@/ui/numbers";
import { Empty } from "@/ui/state";
import { type Column, DataTable } from "@/ui/table";
import { Time } from "@/ui/time";
import { AlertActions } from "./alert-actions";
import { AlertState } from "./alert-state";
import { type AlertFilters, alertsQuery } from "./queries";
import { TYPE_NAMES } from "./words";

type Alert = Schemas["AlertBody"];

const COLUMNS: readonly Column<Alert>[] = [
  {
    id: "summary",
    header: "What is wrong",
    className: "w-full min-w-52",
    cell: (alert) => (
      <div className="min-w-0">
        <Link
          from="/alerts"
          to="/alerts"
          search={(now) => ({ ...now, alert: alert.id })}
          resetScroll={false}
          className="line-clamp-3 min-h-6 font-medium text-ink [overflow-wrap:anywhere] hover:text-accent-strong hover:underline"
        >
          {alert.summary}
        </Link>
        <p className="mt-0.5 text-muted text-xs">
          <Link
            to="/pipelines/$pipelineId"
            params={{ pipelineId: alert.pipeline_id }}
            className="text-accent-strong underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
          >
            {alert.pipeline_name}
          </Link>{" "}
          of{" "}
          <Link
            to="/clients/$clientId"
            params={{ clientId: alert.client_id }}
            className="text-accent-strong underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
          >
            {alert.client_name}
          </Link>
          , {alert.environment}
          {" · "}
          {TYPE_NAMES[alert.rule_type]}
          <span className="lg:hidden">
            {" "}
            · <Time at={alert.opened_at} />
            <Times count={alert.occurrences} />
          </span>
        </p>
        <div className="mt-2 space-y-2 lg:hidden">
          <AlertState alert={alert} />
          <AlertActions alert={alert} />
        </div>
      </div>
    ),
  },
  {
    id: "since",
    header: "Since",
    hidden: "lg",
    cell: (alert) => (
      <>
        <Time at={alert.opened_at} />
        <Times count={alert.occurrences} />
      </>
    ),
  },
  { id: "state", header: "State", hidden: "lg", cell: (alert) => <AlertState alert={alert} /> },
];

const WITH_ACTIONS: readonly Column<Alert>[] = [
  ...COLUMNS,
  { id: "actions", header: "Actions", hidden: "lg", cell: (alert) => <AlertActions alert={alert} /> },
];

/** How often it was found anew, once that says something. */
function Times({ count }: { count: number }) {
  if (count < 2) return null;
  return (
    <span className="whitespace-nowrap text-muted text-xs" title={`Found anew ${pluralText(count, "time")}`}>
      {" "}
      {countText(count)} ×
    </span>
  );
}

/** A page of the alerts that are open, or of those that are closed. */
export function AlertList({
  filters,
  isOpen,
  cursor,
  onCursor,
}: {
  filters: AlertFilters;
  isOpen: boolean;
  cursor: string | undefined;
  onCursor: (cursor: string | undefined) => void;
}) {
  const { data, error, refetch, isPlaceholderData } = useQuery(alertsQuery(filters, isOpen, cursor));
  const next = data?.next_cursor;
  const isFiltered = Object.values(filters).some((filter) => filter !== undefined);
  return (
    <Card flush title={isOpen ? "Open" : "Closed"}>
      <DataTable
        label={isOpen ? "Open alerts" : "Closed alerts"}
        columns={isOpen ? WITH_ACTIONS : COLUMNS}
        rows={data?.items}
        keyOf={(alert) => alert.id}
        error={error}
        onRetry={() => void refetch()}
        isStale={isPlaceholderData}
        empty={<NoAlerts isOpen={isOpen} isFiltered={isFiltered} />}
        paging={{
          next: next == null ? undefined : () => onCursor(next),
          first: cursor === undefined ? undefined : () => onCursor(undefined),
        }}
      />
    </Card>
  );
}

function NoAlerts({ isOpen, isFiltered }: { isOpen: boolean; isFiltered: boolean }) {
  const kind = isOpen ? "open" : "closed";
  if (isFiltered) return <Empty title={`No ${kind} alert is like this`}>Choose other filters, or none.</Empty>;
  if (!isOpen) return <Empty title="No alert has closed yet">Alerts close when the pipeline has recovered.</Empty>;
  return (
    <Empty title="No alert is open" icon={<CircleCheck strokeWidth={1.5} />}>
      Alerts open when a pipeline does what a rule watches for. The Rules tab shows what is watched.
    </Empty>
  );
}
