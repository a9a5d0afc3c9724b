import { useEffect, useState } from "react";
import type { WindowSearch } from "@/features/pipelines/search";
import {
  DEFAULT_WINDOW,
  fromLocalInput,
  isHalfTyped,
  type Span,
  spanOf,
  spanProblem,
  toLocalInput,
  WINDOW_CHOICES,
} from "@/features/pipelines/windows";
import { Field, Input } from "@/ui/field";
import { Segmented } from "@/ui/segmented";

export interface ChosenWindow extends Span {
  readonly window: WindowSearch["window"] | undefined;
}

/** Which time figures are about: some time until now, or from when to when. */
export function WindowChoice({ search, onChange }: { search: WindowSearch; onChange: (chosen: ChosenWindow) => void }) {
  const name = search.window ?? DEFAULT_WINDOW;
  const choose = (window: typeof name) => {
    if (window !== "own") return onChange({ window, since: undefined, until: undefined });
    // begins with what is shown, so that there is something to change
    const now = Date.now();
    onChange({ window, since: spanOf(search, now).since, until: new Date(now).toISOString() });
  };
  return (
    <div className="flex flex-wrap items-start gap-3">
      {/* beside fields with labels above them, it stands where these begin */}
      <span className={name === "own" ? "sm:mt-4.5" : ""}>
        <Segmented label="Time" value={name} choices={WINDOW_CHOICES} onChange={choose} />
      </span>
      {name === "own" && (
        <OwnWindow
          since={search.since}
          until={search.until}
          onChange={(span) => onChange({ window: "own", ...span })}
        />
      )}
    </div>
  );
}

/** Tells only what makes sense: while somebody is still changing the ends, what was shown stays. */
function OwnWindow({ since, until, onChange }: Span & { onChange: (span: Span) => void }) {
  const [draft, setDraft] = useState<Span>({ since, until });
  useEffect(() => setDraft({ since, until }), [since, until]);
  const change = (part: Partial<Span>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    if (spanProblem(next) === undefined && !isHalfTyped(next)) onChange(next);
  };
  return (
    <>
      <Moment label="From" value={draft.since} onChange={(value) => change({ since: value })} />
      <Moment
        label="To"
        value={draft.until}
        error={spanProblem(draft)}
        onChange={(value) => change({ until: value })}
      />
    </>
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
