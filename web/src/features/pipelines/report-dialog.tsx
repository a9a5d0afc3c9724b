import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api, type Schemas } from "@/api/client";
import { fieldError, isAboutNone } from "@/features/pipelines/failing-fields";
import { FormEnd, FormProblem } from "@/features/pipelines/form-parts";
import { type ReportDraft, reportOf, type Wrong, wrongIn } from "@/features/pipelines/report-draft";
import { STATUSES } from "@/features/pipelines/search";
import { useRefresh } from "@/features/pipelines/use-changes";
import { toLocalInput } from "@/features/pipelines/windows";
import { oneOf, STATUS_CHOICES } from "@/features/pipelines/words";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select, TextArea } from "@/ui/field";
import { say } from "@/ui/toast";

/** Reports a run by hand. */
export function ReportDialog({
  open,
  onClose,
  pipelineId,
}: {
  open: boolean;
  onClose: () => void;
  pipelineId: string;
}) {
  return (
    <Dialog open={open} onClose={onClose} title="Report a run" about="For what does not report by itself.">
      <ReportForm pipelineId={pipelineId} onClose={onClose} />
    </Dialog>
  );
}

const SAYS: Readonly<Record<Schemas["Verdict"], string>> = {
  created: "The run is recorded",
  updated: "The run is changed",
  unchanged: "All of it was known already",
  stale: "A later report counts instead; the run is as it was",
  rejected: "The report was rejected",
};
const FIELDS: readonly (keyof ReportDraft)[] = [
  "status",
  "external_run_id",
  "started_at",
  "finished_at",
  "rows_processed",
  "status_reason",
  "error_message",
  "payload",
];

function emptyDraft(): ReportDraft {
  const now = toLocalInput(new Date().toISOString());
  return {
    status: "success",
    external_run_id: "",
    started_at: now,
    finished_at: now,
    rows_processed: "",
    status_reason: "",
    error_message: "",
    payload: "",
  };
}

function ReportForm({ pipelineId, onClose }: { pipelineId: string; onClose: () => void }) {
  const [draft, setDraft] = useState(emptyDraft);
  const [wrong, setWrong] = useState<Wrong>({});
  const refresh = useRefresh();
  const report = useMutation({
    mutationFn: (body: Schemas["RunReportBody"]) =>
      answer(api.POST("/v1/pipelines/{pipeline_id}/runs", { params: { path: { pipeline_id: pipelineId } }, body })),
    onSuccess: async ({ verdict }) => {
      await refresh();
      say(SAYS[verdict]);
      onClose();
    },
  });
  const change = (part: Partial<ReportDraft>) => setDraft({ ...draft, ...part });
  const errorOf = (field: keyof ReportDraft) => wrong[field] ?? fieldError(report.error, field);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = wrongIn(draft);
    setWrong(found);
    if (Object.keys(found).length === 0) report.mutate(reportOf(draft));
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {isAboutNone(report.error, FIELDS) && <FormProblem error={report.error} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Status" error={errorOf("status")}>
          {(control) => (
            <Select
              {...control}
              choices={STATUS_CHOICES}
              value={draft.status}
              onChange={(event) => change({ status: oneOf(event.target.value, STATUSES) ?? draft.status })}
            />
          )}
        </Field>
        <Field label="External run id" hint="Empty: a new run." error={errorOf("external_run_id")}>
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              autoComplete="off"
              value={draft.external_run_id}
              onChange={(event) => change({ external_run_id: event.target.value })}
            />
          )}
        </Field>
        <Field label="Started" error={errorOf("started_at")}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={draft.started_at}
              onChange={(event) => change({ started_at: event.target.value })}
            />
          )}
        </Field>
        {draft.status !== "running" && (
          <Field label="Finished" error={errorOf("finished_at")}>
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={draft.finished_at}
                onChange={(event) => change({ finished_at: event.target.value })}
              />
            )}
          </Field>
        )}
        <Field label="Rows processed" error={errorOf("rows_processed")}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              value={draft.rows_processed}
              onChange={(event) => change({ rows_processed: event.target.value })}
            />
          )}
        </Field>
        <Field label="Reason" hint="Why it is in this status." error={errorOf("status_reason")}>
          {(control) => (
            <Input
              {...control}
              maxLength={2000}
              value={draft.status_reason}
              onChange={(event) => change({ status_reason: event.target.value })}
            />
          )}
        </Field>
      </div>
      {draft.status === "failed" && (
        <Field label="Error message" error={errorOf("error_message")}>
          {(control) => (
            <TextArea
              {...control}
              rows={3}
              value={draft.error_message}
              onChange={(event) => change({ error_message: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field label="Payload" hint="Any JSON object, kept with the run." error={errorOf("payload")}>
        {(control) => (
          <TextArea
            {...control}
            rows={3}
            spellCheck={false}
            className="font-mono text-xs"
            value={draft.payload}
            onChange={(event) => change({ payload: event.target.value })}
          />
        )}
      </Field>
      <FormEnd action="Report the run" isBusy={report.isPending} onClose={onClose} />
    </form>
  );
}
