import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { Field, Input, Select } from "@/ui/field";
import { ClientPicker, PipelinePicker } from "./picker";
import type { DraftErrors, RuleDraft, ScopeKind } from "./rule-draft";
import { RULE_TYPES } from "./search";
import { CHANNEL_NAMES, type RuleType, TYPE_HINTS, TYPE_NAMES } from "./words";

interface Props {
  draft: RuleDraft;
  wrong: DraftErrors;
  onChange: (changed: Partial<RuleDraft>) => void;
}

const SCOPES: Record<ScopeKind, string> = {
  everywhere: "Everywhere",
  client: "A client",
  pipeline: "A pipeline",
};
const KINDS = ["everywhere", "client", "pipeline"] as const;

/** What a new rule is for. It stays so for good. */
export function ScopeFields({ draft, wrong, onChange }: Props) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-xs">For</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2 py-1">
        {KINDS.map((kind) => (
          <label key={kind} className="flex cursor-pointer items-center gap-2">
            <input
              type="radio"
              name="scope"
              className="size-4 accent-accent"
              checked={draft.scope === kind}
              onChange={() => onChange({ scope: kind })}
            />
            {SCOPES[kind]}
          </label>
        ))}
      </div>
      {draft.scope !== "everywhere" && (
        <div className="mt-2 grid gap-3 sm:grid-cols-2">
          <Field
            label="Client"
            hint={draft.scope === "pipeline" ? "Narrows the search for the pipeline." : undefined}
            error={wrong.client_id}
          >
            {(control) => (
              <ClientPicker
                {...control}
                value={draft.clientId}
                onChange={(clientId) => onChange({ clientId, pipelineId: undefined })}
              />
            )}
          </Field>
          {draft.scope === "pipeline" && (
            <Field label="Pipeline" error={wrong.pipeline_id}>
              {(control) => (
                <PipelinePicker
                  {...control}
                  clientId={draft.clientId}
                  value={draft.pipelineId}
                  onChange={(pipelineId) => onChange({ pipelineId })}
                />
              )}
            </Field>
          )}
        </div>
      )}
      <p className="mt-1 text-muted text-xs">
        The most specific scope wins: a pipeline with a rule of this type of its own is not told of by wider ones.
      </p>
    </fieldset>
  );
}

const TYPES = RULE_TYPES.map((value) => ({ value, label: TYPE_NAMES[value] }));

export function TypeField({ draft, onChange }: Pick<Props, "draft" | "onChange">) {
  return (
    <Field label="When" hint={TYPE_HINTS[draft.type]}>
      {(control) => (
        <Select
          {...control}
          value={draft.type}
          choices={TYPES}
          onChange={(event) => onChange({ type: event.target.value as RuleType })} // TYPES has no others
        />
      )}
    </Field>
  );
}

const UNITS = [
  { value: "1", label: "minutes" },
  { value: "60", label: "hours" },
  { value: "1440", label: "days" },
];

/** How many failures within which time: for the one type of rule that counts. */
export function WindowFields({ draft, wrong, onChange }: Props) {
  if (draft.type !== "failures_in_window") return null;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Failures" hint="So many or more." error={wrong.threshold}>
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            value={draft.threshold}
            onChange={(event) => onChange({ threshold: event.target.value })}
          />
        )}
      </Field>
      <Field label="Within" hint="Counted back from now." error={wrong.window_minutes}>
        {(control) => (
          <div className="flex gap-2">
            <Input
              {...control}
              inputMode="numeric"
              value={draft.window}
              onChange={(event) => onChange({ window: event.target.value })}
            />
            <Select
              aria-label="Unit of time"
              className="w-28"
              value={draft.windowUnit}
              choices={UNITS}
              onChange={(event) => onChange({ windowUnit: event.target.value as RuleDraft["windowUnit"] })} // one of UNITS
            />
          </div>
        )}
      </Field>
    </div>
  );
}

type Channel = Schemas["Channel"];
const CHANNELS = (["webhook", "slack", "email"] as const).map((value) => ({ value, label: CHANNEL_NAMES[value] }));
const DESTINATIONS: Record<Channel, { example: string; hint: ReactNode }> = {
  webhook: {
    example: "https://example.com/hook",
    hint: "The http:// or https:// URL of a receiver. Messages are signed, as Standard Webhooks has it.",
  },
  slack: {
    example: "slack://TokenA/TokenB/TokenC/#ops",
    hint: "slack://TokenA/TokenB/TokenC/#channel, or the https://hooks.slack.com/services/… of an incoming webhook.",
  },
  email: {
    example: "mailto://user:password@example.com?to=oncall@example.com",
    hint: "mailto://user:password@host?to=address: the account that sends, and who gets it.",
  },
};

/** Where messages go. `kept`: the destination that the rule has, masked, which stays if no other is given. */
export function ChannelFields({ draft, wrong, onChange, kept }: Props & { kept?: string | undefined }) {
  const { example, hint } = DESTINATIONS[draft.channel];
  return (
    <div className="grid gap-3 sm:grid-cols-[8rem_1fr]">
      <Field label="Channel" error={wrong.channel}>
        {(control) => (
          <Select
            {...control}
            value={draft.channel}
            choices={CHANNELS}
            onChange={(event) => onChange({ channel: event.target.value as Channel })} // CHANNELS has no others
          />
        )}
      </Field>
      <Field
        label={kept === undefined ? "Destination" : "New destination"}
        hint={kept === undefined ? <>{hint} It is not shown again.</> : `${kept} stays unless you give another.`}
        error={wrong.destination}
      >
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={2000}
            className="font-mono"
            placeholder={kept ?? example}
            value={draft.destination}
            onChange={(event) => onChange({ destination: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
