import { Link } from "@tanstack/react-router";
import type { PipelineState } from "@/features/pipelines/health";
import { Fact } from "@/features/pipelines/pipeline-facts";
import { STATUS } from "@/features/pipelines/words";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { countText, durationText } from "@/ui/numbers";
import { Time, useNow } from "@/ui/time";
import { secondsBetween } from "@/ui/times";

/** The run that started last. */
export function LatestRun({ state }: { state: PipelineState }) {
  const now = useNow();
  const run = state.latest_run;
  if (run === null) {
    return (
      <Card title="Latest run">
        <p className="text-muted">No run has been reported yet. Below is how to report one.</p>
      </Card>
    );
  }
  const isRunning = run.status === "running";
  const seconds =
    isRunning && run.started_at !== null
      ? secondsBetween(run.started_at, null, Math.max(now, Date.now()))
      : run.elapsed_seconds;
  return (
    <Card title="Latest run">
      <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={STATUS[run.status].tone} pulse={isRunning}>
          {STATUS[run.status].word}
        </Badge>
        <Link
          from="/pipelines/$pipelineId"
          to="."
          search={(before) => ({ ...before, run: run.id })}
          resetScroll={false}
          className="min-w-0 break-all font-mono text-accent-strong text-xs hover:underline"
        >
          {run.external_run_id}
        </Link>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3">
        <Fact name="Started">
          <Time at={run.started_at} />
        </Fact>
        <Fact name="Finished">{isRunning ? "Not yet" : <Time at={run.finished_at} />}</Fact>
        <Fact name={isRunning ? "Running for" : "Took"}>{seconds === null ? "–" : durationText(seconds)}</Fact>
        <Fact name="Rows processed">{run.rows_processed === null ? "–" : countText(run.rows_processed)}</Fact>
      </dl>
    </Card>
  );
}
