import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pencil, Send } from "lucide-react";
import { useMemo, useState } from "react";
import { asApiError } from "@/api/problem";
import { known } from "@/app/search";
import { useTitle } from "@/app/title";
import { DurationsChart, FailuresChart } from "@/features/pipelines/charts";
import type { PipelineState } from "@/features/pipelines/health";
import { LatestRun } from "@/features/pipelines/latest-run";
import { OpenAlerts } from "@/features/pipelines/open-alerts";
import { type Deed, PipelineDialog } from "@/features/pipelines/pipeline-dialog";
import { PipelineFacts } from "@/features/pipelines/pipeline-facts";
import { stateQuery } from "@/features/pipelines/queries";
import { ReportDialog } from "@/features/pipelines/report-dialog";
import { ReportLine } from "@/features/pipelines/report-line-dialog";
import { RunDialog } from "@/features/pipelines/run-dialog";
import { RunHistory } from "@/features/pipelines/run-history";
import { usePipelineSwitch } from "@/features/pipelines/use-changes";
import { WindowChoice } from "@/features/pipelines/window-choice";
import { ENVIRONMENT, PLATFORM, TYPE } from "@/features/pipelines/words";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, PageHead } from "@/ui/card";
import { Confirm } from "@/ui/dialog";
import { Failure, Loading } from "@/ui/state";

export function PipelinePage() {
  const { pipelineId } = useParams({ from: "/pipelines/$pipelineId" });
  const state = useQuery(stateQuery(pipelineId));
  useTitle(state.data?.pipeline.name ?? "Pipeline");
  if (state.data !== undefined) return <Shown state={state.data} />;
  return (
    <>
      <PageHead title="Pipeline" about={<ToPipelines />} />
      <Card>
        {state.error === null ? (
          <Loading what="Loading the pipeline" />
        ) : (
          <Failure
            error={state.error}
            what={
              [404, 422].includes(asApiError(state.error).status)
                ? "There is no such pipeline"
                : "The pipeline could not be loaded"
            }
            onRetry={() => void state.refetch()}
          />
        )}
      </Card>
    </>
  );
}

function Shown({ state }: { state: PipelineState }) {
  const { pipeline } = state;
  const search = useSearch({ from: "/pipelines/$pipelineId" });
  const navigate = useNavigate({ from: "/pipelines/$pipelineId" });
  const [deed, setDeed] = useState<Deed>();
  const [isReporting, setReporting] = useState(false);
  const [isDisabling, setDisabling] = useState(false);
  const change = usePipelineSwitch();
  const extent = useMemo(() => ({ pipeline_id: pipeline.id }), [pipeline.id]);
  return (
    <>
      <PageHead
        title={pipeline.name}
        about={
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Link
              to="/clients/$clientId"
              params={{ clientId: pipeline.client_id }}
              className="font-medium text-accent-strong hover:underline"
            >
              {state.client_name}
            </Link>
            <span aria-hidden>·</span> {PLATFORM[pipeline.platform]}
            <span aria-hidden>·</span> {ENVIRONMENT[pipeline.environment]}
            <span aria-hidden>·</span> {TYPE[pipeline.pipeline_type]}
            {!pipeline.is_active && <Badge tone="idle">Disabled</Badge>}
          </span>
        }
        actions={
          <>
            <Button onClick={() => setDeed({ kind: "edit", pipelineId: pipeline.id })}>
              <Pencil aria-hidden className="size-4" /> Edit
            </Button>
            {pipeline.is_active ? (
              <Button onClick={() => setDisabling(true)}>Disable</Button>
            ) : (
              <Button disabled={change.isPending} onClick={() => change.mutate({ pipeline, is_active: true })}>
                Enable
              </Button>
            )}
            <Button look="primary" onClick={() => setReporting(true)}>
              <Send aria-hidden className="size-4" /> Report a run
            </Button>
          </>
        }
      />
      <div className="space-y-5">
        <div className="grid gap-5 lg:grid-cols-[3fr_2fr]">
          <PipelineFacts state={state} onSchedule={() => setDeed({ kind: "schedule", pipelineId: pipeline.id })} />
          <LatestRun state={state} />
        </div>
        <WindowChoice
          search={search}
          onChange={(chosen) =>
            void navigate({
              search: (before) => known({ ...before, cursor: undefined, ...chosen }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        <div className="grid gap-5 lg:grid-cols-2">
          <FailuresChart extent={extent} search={search} />
          <DurationsChart extent={extent} search={search} />
        </div>
        <RunHistory pipelineId={pipeline.id} search={search} />
        <OpenAlerts extent={extent} />
        <Card title="Report runs from a shell">
          <ReportLine pipelineId={pipeline.id} />
        </Card>
      </div>
      <RunDialog
        pipelineId={pipeline.id}
        runId={search.run}
        onClose={() =>
          void navigate({
            search: (before) => known({ ...before, run: undefined }),
            replace: true, // Back is not to open it again
            resetScroll: false,
          })
        }
      />
      <ReportDialog open={isReporting} onClose={() => setReporting(false)} pipelineId={pipeline.id} />
      <PipelineDialog deed={deed} onClose={() => setDeed(undefined)} />
      <Confirm
        open={isDisabling}
        onClose={() => setDisabling(false)}
        title={`Disable ${pipeline.name}?`}
        action="Disable the pipeline"
        busy={change.isPending}
        onConfirm={() => change.mutate({ pipeline, is_active: false }, { onSettled: () => setDisabling(false) })}
      >
        It leaves summaries, figures and alerts. Reports are still recorded. Enabling it again starts its schedule anew.
      </Confirm>
    </>
  );
}

function ToPipelines() {
  return (
    <Link to="/pipelines" className="hover:text-ink hover:underline">
      All pipelines
    </Link>
  );
}
