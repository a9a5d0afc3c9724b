import type { WindowSearch } from "@/features/pipelines/search";
import {
  DEFAULT_WINDOW,
  fromLocalInput,
  spanOf,
  spanProblem,
  toLocalInput,
  WINDOW_CHOICES,
} from "@/features/pipelines/windows";
import { Field, Input } from "@/ui/field";
import { Segmented } from "@/ui/segmented";

export interface ChosenWindow {
  window: WindowSearch["window"] | undefined;
  since: string | undefined;
  until: string | undefined;
}

/** Which time figures are about: some time until now, or from when to when. */
export function WindowChoice({ search, onChange }: { search: WindowSearch; onChange: (chosen: ChosenWindow) => void }) {
  const name = search.window ?? DEFAULT_WINDOW;
  const choose = (window: typeof name) => {
    if (window !== "own") return onChange({ window, since: undefined, until: undefined });
    // begins with what is shown, so that there is something to change
    const now = Date.now();
    const { since } = spanOf(search, now);
    onChange({ window, since, until: new Date(now).toISOString() });
  };
  const problem =
    name === "own" ? spanProblem(search as { since: string | undefined; until: string | undefined }) : undefined;
  return (
    <div className="flex flex-wrap items-end gap-3">
      <Segmented label="Time" value={name} choices={WINDOW_CHOICES} onChange={choose} />
      {name === "own" && (
        <>
          <Moment
            label="From"
            value={search.since}
            onChange={(since) => onChange({ window: "own", since, until: search.until })}
          />
          <Moment
            label="To"
            value={search.until}
            error={problem}
            onChange={(until) => onChange({ window: "own", since: search.since, until })}
          />
        </>
      )}
    </div>
  );
}

function Moment({
  label,
  value,
  error,
  onChange,
}: {
  label: string;
  value: string | undefined;
  error?: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Input
          {...control}
          type="datetime-local"
          className="h-8 w-auto text-xs"
          value={toLocalInput(value)}
          onChange={(event) => onChange(fromLocalInput(event.target.value))}
        />
      )}
    </Field>
  );
}
