import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api, type Schemas } from "@/api/client";
import { bodyOf, draftOf, NEW_DRAFT, TIMES } from "@/features/pipelines/pipeline-draft";
import { PipelineForm } from "@/features/pipelines/pipeline-form";
import { pipelineToEditQuery } from "@/features/pipelines/queries";
import { useRefresh } from "@/features/pipelines/use-changes";
import { Dialog } from "@/ui/dialog";
import { Failure, Loading } from "@/ui/state";
import { say } from "@/ui/toast";

/** What a dialog about pipelines is for. */
export type Deed =
  | { readonly kind: "new"; readonly clientId: string }
  | { readonly kind: "edit" | "schedule"; readonly pipelineId: string };

const TITLES = { new: "New pipeline", edit: "Edit the pipeline", schedule: "Edit the schedule" } as const;

export function PipelineDialog({ deed, onClose }: { deed: Deed | undefined; onClose: () => void }) {
  return (
    <Dialog open={deed !== undefined} onClose={onClose} title={TITLES[deed?.kind ?? "new"]}>
      {deed?.kind === "new" && <NewPipeline clientId={deed.clientId} onClose={onClose} />}
      {(deed?.kind === "edit" || deed?.kind === "schedule") && (
        <EditPipeline
          pipelineId={deed.pipelineId}
          only={deed.kind === "schedule" ? "schedule" : undefined}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

function NewPipeline({ clientId, onClose }: { clientId: string; onClose: () => void }) {
  const refresh = useRefresh();
  const create = useMutation({
    mutationFn: (body: Schemas["NewPipelineOfClientBody"]) =>
      answer(api.POST("/v1/clients/{client_id}/pipelines", { params: { path: { client_id: clientId } }, body })),
    onSuccess: async ({ name }) => {
      await refresh();
      say(`${name} is created`);
      onClose();
    },
  });
  return (
    <PipelineForm
      draft={NEW_DRAFT}
      action="Create the pipeline"
      error={create.error}
      isBusy={create.isPending}
      onClose={onClose}
      onSubmit={(draft) => create.mutate({ ...bodyOf(draft), is_active: true })}
    />
  );
}

function EditPipeline({
  pipelineId,
  only,
  onClose,
}: {
  pipelineId: string;
  only: "schedule" | undefined;
  onClose: () => void;
}) {
  const read = useQuery(pipelineToEditQuery(pipelineId));
  const refresh = useRefresh();
  const change = useMutation({
    mutationFn: ({ body, etag }: { body: Schemas["ChangePipelineBody"]; etag: string }) =>
      answer(
        api.PATCH("/v1/pipelines/{pipeline_id}", {
          params: { path: { pipeline_id: pipelineId }, header: { "If-Match": etag } },
          body,
        }),
      ),
    onSuccess: async () => {
      await refresh();
      say("The pipeline is saved");
      onClose();
    },
  });
  if (read.data === undefined) {
    return read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : <Loading />;
  }
  const { body: pipeline, etag } = read.data;
  return (
    <PipelineForm
      key={etag}
      draft={draftOf(pipeline)}
      only={only}
      action="Save"
      error={change.error}
      isBusy={change.isPending}
      onClose={onClose}
      onReload={() => void read.refetch().then(() => change.reset())}
      onSubmit={(draft) => {
        const all = bodyOf(draft);
        change.mutate({ etag, body: only === undefined ? all : scheduleOf(all) });
      }}
    />
  );
}

/** What is left out of a change stays as it is. */
function scheduleOf(body: Schemas["ChangePipelineBody"]): Schemas["ChangePipelineBody"] {
  return Object.fromEntries(TIMES.map((field) => [field, body[field]]));
}
