import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { asApiError } from "@/api/problem";
import { known } from "@/app/search";
import { useTitle } from "@/app/title";
import { DurationsChart, FailuresChart } from "@/features/pipelines/charts";
import { ClientDialog } from "@/features/pipelines/client-dialog";
import { ClientFigures } from "@/features/pipelines/client-figures";
import { ClientPipelines } from "@/features/pipelines/client-pipelines";
import { DisabledPipelines } from "@/features/pipelines/disabled-pipelines";
import { OpenAlerts } from "@/features/pipelines/open-alerts";
import { type Deed, PipelineDialog } from "@/features/pipelines/pipeline-dialog";
import { summaryQuery } from "@/features/pipelines/queries";
import { useClientSwitch } from "@/features/pipelines/use-changes";
import { WindowChoice } from "@/features/pipelines/window-choice";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, PageHead } from "@/ui/card";
import { Confirm } from "@/ui/dialog";
import { Failure, Skeleton } from "@/ui/state";

export function ClientPage() {
  const { clientId } = useParams({ from: "/clients/$clientId" });
  const search = useSearch({ from: "/clients/$clientId" });
  const navigate = useNavigate({ from: "/clients/$clientId" });
  const summary = useQuery(summaryQuery(clientId, search));
  const [isEdited, setEdited] = useState(false);
  const [isDisabling, setDisabling] = useState(false);
  const [deed, setDeed] = useState<Deed>();
  const change = useClientSwitch();
  const extent = useMemo(() => ({ client_id: clientId }), [clientId]);
  const edit = useCallback((pipelineId: string) => setDeed({ kind: "edit", pipelineId }), []);
  const client = summary.data?.client;
  useTitle(client?.name ?? "Client");

  if (summary.error !== null && client === undefined) {
    const isGone = [404, 422].includes(asApiError(summary.error).status); // 422: that is no id at all
    return (
      <>
        <PageHead title="Client" about={<ToPipelines />} />
        <Card>
          <Failure
            error={summary.error}
            what={isGone ? "There is no such client" : "The client could not be loaded"}
            onRetry={() => void summary.refetch()}
          />
        </Card>
      </>
    );
  }
  return (
    <>
      <PageHead
        title={client?.name ?? <Skeleton className="h-7 w-48" />}
        about={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <ToPipelines />
            {client?.is_active === false && <Badge tone="idle">Disabled</Badge>}
          </span>
        }
        actions={
          client !== undefined && (
            <>
              <Button onClick={() => setEdited(true)}>
                <Pencil aria-hidden className="size-4" /> Edit
              </Button>
              {client.is_active ? (
                <Button onClick={() => setDisabling(true)}>Disable</Button>
              ) : (
                <Button
                  look="primary"
                  disabled={change.isPending}
                  onClick={() => change.mutate({ client, is_active: true })}
                >
                  Enable
                </Button>
              )}
            </>
          )
        }
      />
      <div className="space-y-5">
        {client?.is_active === false && (
          <p className="rounded-md bg-idle-soft px-4 py-2.5 text-idle">
            This client is disabled: its pipelines are left out of summaries, figures and alerts. Reports are still
            recorded.
          </p>
        )}
        <WindowChoice
          search={search}
          onChange={(chosen) => void navigate({ search: known({ ...chosen }), replace: true, resetScroll: false })}
        />
        <ClientFigures summary={summary.isPlaceholderData ? undefined : summary.data} />
        <ClientPipelines
          states={summary.data?.pipelines}
          error={summary.error}
          onRetry={() => void summary.refetch()}
          onNew={() => setDeed({ kind: "new", clientId })}
          onEdit={edit}
        />
        <div className="grid gap-5 lg:grid-cols-2">
          <FailuresChart extent={extent} search={search} />
          <DurationsChart extent={extent} search={search} />
        </div>
        <OpenAlerts extent={extent} />
        <DisabledPipelines clientId={clientId} />
      </div>
      <ClientDialog open={isEdited} onClose={() => setEdited(false)} clientId={clientId} />
      <PipelineDialog deed={deed} onClose={() => setDeed(undefined)} />
      <Confirm
        open={isDisabling}
        onClose={() => setDisabling(false)}
        title={`Disable ${client?.name ?? "the client"}?`}
        action="Disable the client"
        busy={change.isPending}
        onConfirm={() => {
          if (client !== undefined)
            change.mutate({ client, is_active: false }, { onSettled: () => setDisabling(false) });
        }}
      >
        Its pipelines leave summaries, figures and alerts. Reports are still recorded, and it can be enabled again.
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
