import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { resultsOf, type Span, spansOf } from "@/features/runs/jobs/steps";
import { modelsQuery } from "@/features/runs/queries";
import { STEP_STATUS, wordsOf } from "@/features/runs/status";
import { StepStatusBadge } from "@/features/runs/status-badge";
import { useTick } from "@/features/runs/use-tick";
import type { Tone } from "@/ui/badge";
import { classNames } from "@/ui/class-names";
import { durationText } from "@/ui/numbers";
import { secondsBetween } from "@/ui/times";

type Job = Schemas["JobWithStepsBody"];
type Step = Schemas["StepBody"];

const BARS: Record<Tone, string> = { ok: "bg-ok", warn: "bg-warn", bad: "bg-bad", info: "bg-info", idle: "bg-idle" };

/** The steps of a job, when each ran and for how long, and what it found. */
export function StepList({ job, events }: { job: Job; events: readonly Schemas["EventBody"][] }) {
  const now = useTick(job.status === "running");
  const spans = spansOf(job.steps, now);
  if (job.steps.length === 0)
    return <p className="px-4 py-6 text-center text-muted">Its steps show once a worker has begun it.</p>;
  return (
    <ol aria-label="Steps" className="divide-y divide-line">
      {job.steps.map((step) => (
        <StepItem key={step.id} step={step} span={spans.get(step.id)} now={now} progress={progressOf(step, events)} />
      ))}
    </ol>
  );
}

/** How far a step that runs says it is. */
function progressOf(step: Step, events: readonly Schemas["EventBody"][]): string | undefined {
  if (step.status !== "running") return undefined;
  return events.findLast((event) => event.step_id === step.id && event.code === "step_progress")?.message;
}

interface ItemProps {
  step: Step;
  span: Span | undefined;
  now: number;
  progress: string | undefined;
}

function StepItem({ step, span, now, progress }: ItemProps) {
  const results = resultsOf(step.metadata);
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="w-5 text-right text-muted text-xs tabular-nums">{step.ordinal}</span>
        <span className="font-medium">{wordsOf(step.name)}</span>
        <StepStatusBadge status={step.status} />
        <Model id={step.model_id} />
        <span className="ml-auto text-muted text-xs tabular-nums">
          <StepTime step={step} now={now} />
        </span>
      </div>
      <div className="mt-2 ml-8">
        <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
          {span !== undefined && (
            <div
              className={classNames(
                "h-full min-w-1 rounded-full",
                BARS[STEP_STATUS[step.status].tone],
                step.status === "running" && "animate-pulse",
              )}
              style={{ marginLeft: `${span.left * 99}%`, width: `${span.width * 100}%` }}
            />
          )}
        </div>
        {progress !== undefined && <p className="mt-1 text-muted text-xs">{progress}</p>}
        {results.length > 0 && (
          <ul aria-label="Results" className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
            {results.map((result) => (
              <li key={result} className="min-w-0 break-words">
                {result}
              </li>
            ))}
          </ul>
        )}
        {step.error !== null && (
          <p className="mt-1 break-words text-bad">
            {step.error.detail} <code className="font-mono text-xs">{step.error.code}</code>
          </p>
        )}
      </div>
    </li>
  );
}

function StepTime({ step, now }: { step: Step; now: number }) {
  if (step.started_at === null) return "–";
  if (step.finished_at !== null) return durationText(secondsBetween(step.started_at, step.finished_at, now));
  return step.status === "running" ? durationText(Math.floor(secondsBetween(step.started_at, null, now))) : "–";
}

function Model({ id }: { id: string | null }) {
  const models = useQuery({ ...modelsQuery, enabled: id !== null });
  const model = models.data?.items.find((one) => one.id === id);
  if (model === undefined) return null;
  return (
    <span className="text-muted text-xs">
      by {model.name} {model.version}
    </span>
  );
}
