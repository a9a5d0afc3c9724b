import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { asApiError } from "@/api/problem";
import { LineageEvents } from "@/features/pipelines/lineage-events";
import { Fact } from "@/features/pipelines/pipeline-facts";
import { pipelineRunQuery } from "@/features/pipelines/queries";
import { STATUS } from "@/features/pipelines/words";
import { Badge } from "@/ui/badge";
import { Code, CopyButton } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { countText, durationText } from "@/ui/numbers";
import { Failure, Loading } from "@/ui/state";
import { Time } from "@/ui/time";

/** All that is known of one run. */
export function RunDialog({
  pipelineId,
  runId,
  onClose,
}: {
  pipelineId: string;
  runId: string | undefined;
  onClose: () => void;
}) {
  return (
    <Dialog open={runId !== undefined} onClose={onClose} title="Run" wide>
      {runId !== undefined && <Shown pipelineId={pipelineId} runId={runId} />}
    </Dialog>
  );
}

function Shown({ pipelineId, runId }: { pipelineId: string; runId: string }) {
  const { data: run, error, refetch } = useQuery(pipelineRunQuery(pipelineId, runId));
  if (run === undefined) {
    if (error === null) return <Loading what="Loading the run" />;
    const isGone = asApiError(error).status === 404;
    return (
      <Failure error={error} {...(isGone && { what: "The pipeline has no such run" })} onRetry={() => void refetch()} />
    );
  }
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={STATUS[run.status].tone} pulse={run.status === "running"}>
          {STATUS[run.status].word}
        </Badge>
        <Code text={run.external_run_id} what="the run's external id" length={60} />
      </div>
      <RunFacts run={run} />
      {run.status_reason !== null && (
        <Part title="Reason">
          <p className="break-words whitespace-pre-wrap">{run.status_reason}</p>
        </Part>
      )}
      {run.error_message !== null && <Text title="Error message" text={run.error_message} isBad />}
      {run.payload !== null && <Text title="Payload" text={JSON.stringify(run.payload, null, 2)} />}
      <LineageEvents pipelineId={pipelineId} runId={runId} />
    </div>
  );
}

function RunFacts({ run }: { run: Schemas["PipelineRunBody"] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
      <Fact name="Started">
        <Time at={run.started_at} exact />
      </Fact>
      <Fact name="Finished">
        <Time at={run.finished_at} exact />
      </Fact>
      <Fact name="Took">
        {run.elapsed_seconds === null ? "–" : durationText(run.elapsed_seconds)}
        {run.elapsed_seconds !== null && run.duration_seconds === null && (
          <span className="text-muted text-xs"> by its times</span>
        )}
      </Fact>
      <Fact name="Rows processed">{run.rows_processed === null ? "–" : countText(run.rows_processed)}</Fact>
      <Fact name="First reported">
        <Time at={run.created_at} exact />
      </Fact>
      <Fact name="Last changed by a report">
        <Time at={run.ingested_at} exact />
      </Fact>
    </dl>
  );
}

function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 font-semibold text-xs">{title}</h3>
      {children}
    </section>
  );
}

function Text({ title, text, isBad = false }: { title: string; text: string; isBad?: boolean }) {
  return (
    <Part
      title={
        <span className="flex items-center justify-between">
          {title} <CopyButton text={text} what={title.toLowerCase()} />
        </span>
      }
    >
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach that
        tabIndex={0}
        className={`max-h-72 overflow-auto rounded-md border p-3 font-mono text-xs leading-5 ${isBad ? "border-bad/40 bg-bad-soft text-bad" : "border-line bg-sunken"}`}
      >
        {text}
      </pre>
    </Part>
  );
}
