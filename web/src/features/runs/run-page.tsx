import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";
import { asApiError } from "@/api/problem";
import { useTitle } from "@/app/title";
import { FailureCard } from "@/features/runs/failure-card";
import { eventsQuery, runQuery } from "@/features/runs/queries";
import { RunHead } from "@/features/runs/run-head";
import { RunTabs } from "@/features/runs/run-tabs";
import { nameOf } from "@/features/runs/runs-columns";
import { TimelineCard } from "@/features/runs/timeline-card";
import { buttonClasses } from "@/ui/button";
import { PageHead } from "@/ui/card";
import { Empty, Failure, Loading } from "@/ui/state";

const NO_EVENTS = [] as const;

/** One run: what came in, what is inside, what was done with it. */
export function RunPage() {
  const { runId } = useParams({ from: "/runs/$runId" });
  const run = useQuery(runQuery(runId));
  const events = useQuery(eventsQuery(runId));
  useTitle(run.data === undefined ? "Run" : nameOf(run.data));
  // one that was shown may be deleted by somebody else meanwhile; an id that is none cannot be there either
  if (run.error !== null && [404, 422].includes(asApiError(run.error).status)) return <NoSuchRun runId={runId} />;
  if (run.data === undefined) {
    return (
      <>
        <PageHead title="Run" about={<code className="font-mono text-xs">{runId}</code>} />
        {run.error === null ? (
          <Loading rows={8} what="Loading the run" />
        ) : (
          <Failure error={run.error} onRetry={() => void run.refetch()} />
        )}
      </>
    );
  }
  const happened = events.data ?? NO_EVENTS;
  return (
    <div className="space-y-4">
      <RunHead key={runId} run={run.data} />
      {run.data.status === "failed" && run.data.error !== null && <FailureCard run={run.data} error={run.data.error} />}
      <TimelineCard run={run.data} events={happened} />
      <RunTabs
        key={`${runId} tabs`}
        run={run.data}
        events={happened}
        isLoading={events.isPending}
        eventsError={events.error}
        onRetry={() => void events.refetch()}
      />
    </div>
  );
}

function NoSuchRun({ runId }: { runId: string }) {
  useTitle("No such run");
  return (
    <>
      <PageHead title="There is no such run" />
      <Empty
        title="It may have been deleted, or the address is mistyped"
        icon={<FileQuestion strokeWidth={1.5} />}
        actions={
          <Link to="/runs" className={buttonClasses({ look: "primary" })}>
            To all runs
          </Link>
        }
      >
        Nothing has the id <code className="break-all font-mono text-xs">{runId}</code>.
      </Empty>
    </>
  );
}
