import { RotateCw } from "lucide-react";
import { asApiError } from "@/api/problem";
import { type Entered, UNITS } from "@/features/pipelines/durations";
import { Button } from "@/ui/button";
import { Field, Input, Select } from "@/ui/field";

/** A length of time: a number and its unit. */
export function DurationField({
  label,
  hint,
  error,
  value,
  onChange,
}: {
  label: string;
  hint: string;
  error: string | undefined;
  value: Entered;
  onChange: (value: Entered) => void;
}) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="flex gap-2">
          <Input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            value={value.amount}
            onChange={(event) => onChange({ ...value, amount: event.target.value })}
          />
          <Select
            aria-label={`${label}: unit`}
            className="w-32"
            choices={UNITS}
            value={value.unit}
            onChange={(event) => onChange({ ...value, unit: event.target.value })}
          />
        </div>
      )}
    </Field>
  );
}

/** What is wrong and belongs to none of the fields. */
export function FormProblem({ error }: { error: unknown }) {
  const problem = asApiError(error);
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad text-xs">
      {problem.message} <span className="font-mono">({problem.code})</span>
    </div>
  );
}

/** Somebody was faster. What was typed is lost with reading it anew, so that is for the reader to say. */
export function Outdated({ onReload }: { onReload: () => void }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn"
    >
      <p className="text-xs">Somebody changed it meanwhile. Nothing of yours was saved.</p>
      <Button small onClick={onReload}>
        <RotateCw aria-hidden className="size-3.5" /> Load what it is now
      </Button>
    </div>
  );
}

export function FormEnd({ action, isBusy, onClose }: { action: string; isBusy: boolean; onClose: () => void }) {
  return (
    <div className="flex justify-end gap-2 pt-2">
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" look="primary" disabled={isBusy}>
        {isBusy ? "Saving…" : action}
      </Button>
    </div>
  );
}
