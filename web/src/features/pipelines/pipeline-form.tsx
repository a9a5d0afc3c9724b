import { type FormEvent, useState } from "react";
import { fieldError, isAboutNone, isOutdated } from "@/features/pipelines/failing-fields";
import { DurationField, FormEnd, FormProblem, Outdated } from "@/features/pipelines/form-parts";
import { type Draft, TIMES, wrongTimes } from "@/features/pipelines/pipeline-draft";
import { ENVIRONMENTS, PLATFORMS } from "@/features/pipelines/search";
import { ENVIRONMENT_CHOICES, oneOf, PLATFORM_CHOICES, TYPE_CHOICES, TYPES } from "@/features/pipelines/words";
import { Field, Input, Select } from "@/ui/field";

const FIELDS = ["name", "external_id", "platform", "pipeline_type", "environment", ...TIMES];

const SAID = {
  expect_every_seconds: { label: "A run starts every", hint: "Empty: nothing is expected." },
  start_grace_seconds: { label: "It may be later by", hint: "Empty: not at all." },
  finish_grace_seconds: { label: "It may take", hint: "Longer counts as stuck. Empty: as long as it likes." },
} as const;

/** `only`: the schedule alone, or all there is. */
export function PipelineForm({
  draft: given,
  only,
  action,
  error,
  isBusy,
  onClose,
  onReload,
  onSubmit,
}: {
  draft: Draft;
  only?: "schedule" | undefined;
  action: string;
  error: unknown;
  isBusy: boolean;
  onClose: () => void;
  onReload?: () => void;
  onSubmit: (draft: Draft) => void;
}) {
  const [draft, setDraft] = useState(given);
  const [isTried, setTried] = useState(false);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const wrong = wrongTimes(draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong.length === 0) onSubmit(draft);
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {isOutdated(error) && onReload !== undefined ? (
        <Outdated onReload={onReload} />
      ) : (
        isAboutNone(error, FIELDS) && <FormProblem error={error} />
      )}
      {only === undefined && <What draft={draft} change={change} error={error} />}
      <fieldset className="space-y-4 rounded-md border border-line px-4 pt-1 pb-4">
        <legend className="px-1 font-semibold text-xs">What is expected of it</legend>
        {TIMES.map((field) => (
          <DurationField
            key={field}
            label={SAID[field].label}
            hint={SAID[field].hint}
            error={
              fieldError(error, field) ??
              (isTried && wrong.includes(field) ? "Expected a number above 0, such as 1.5, or nothing." : undefined)
            }
            value={draft[field]}
            onChange={(value) => change({ [field]: value })}
          />
        ))}
      </fieldset>
      <FormEnd action={action} isBusy={isBusy} onClose={onClose} />
    </form>
  );
}

function What({ draft, change, error }: { draft: Draft; change: (part: Partial<Draft>) => void; error: unknown }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label="Name"
        hint="Unique among those of its client."
        error={fieldError(error, "name")}
        className="sm:col-span-2"
      >
        {(control) => (
          <Input
            {...control}
            required
            maxLength={200}
            autoComplete="off"
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Platform" error={fieldError(error, "platform")}>
        {(control) => (
          <Select
            {...control}
            choices={PLATFORM_CHOICES}
            value={draft.platform}
            onChange={(event) => change({ platform: oneOf(event.target.value, PLATFORMS) ?? draft.platform })}
          />
        )}
      </Field>
      <Field
        label="External id"
        hint="What its platform calls it; reports may name it so."
        error={fieldError(error, "external_id")}
      >
        {(control) => (
          <Input
            {...control}
            maxLength={500}
            autoComplete="off"
            value={draft.external_id}
            onChange={(event) => change({ external_id: event.target.value })}
          />
        )}
      </Field>
      <Field label="Type" error={fieldError(error, "pipeline_type")}>
        {(control) => (
          <Select
            {...control}
            choices={TYPE_CHOICES}
            value={draft.pipeline_type}
            onChange={(event) => change({ pipeline_type: oneOf(event.target.value, TYPES) ?? draft.pipeline_type })}
          />
        )}
      </Field>
      <Field label="Environment" error={fieldError(error, "environment")}>
        {(control) => (
          <Select
            {...control}
            choices={ENVIRONMENT_CHOICES}
            value={draft.environment}
            onChange={(event) => change({ environment: oneOf(event.target.value, ENVIRONMENTS) ?? draft.environment })}
          />
        )}
      </Field>
    </div>
  );
}
