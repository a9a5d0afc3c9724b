import { Check, Circle, LoaderCircle, X } from "lucide-react";
import type { Schemas } from "@/api/client";
import { RUN_STATUS } from "@/features/runs/status";
import { type Stage, timelineOf } from "@/features/runs/timeline";
import { useTick } from "@/features/runs/use-tick";
import { classNames } from "@/ui/class-names";
import { durationText, pluralText } from "@/ui/numbers";
import { Time } from "@/ui/time";
import { secondsBetween } from "@/ui/times";

const LOOKS = {
  done: { icon: Check, classes: "bg-ok-soft text-ok", line: "bg-ok", said: "done" },
  now: { icon: LoaderCircle, classes: "bg-info-soft text-info [&_svg]:animate-spin", line: "bg-line", said: "now" },
  failed: { icon: X, classes: "bg-bad-soft text-bad", line: "bg-line", said: "failed" },
  ahead: { icon: Circle, classes: "bg-sunken text-muted [&_svg]:size-2", line: "bg-line", said: "to come" },
} as const;

/** The statuses that a run went through, and when. */
export function TimelineCard({ run, events }: { run: Schemas["RunBody"]; events: readonly Schemas["EventBody"][] }) {
  const { stages, times } = timelineOf(run, events);
  return (
    <section aria-label="Timeline" className="rounded-lg border border-line bg-surface p-4">
      <ol className="flex flex-col gap-0 md:flex-row">
        {stages.map((stage, index) => (
          <StageItem key={stage.status} stage={stage} isLast={index === stages.length - 1} />
        ))}
      </ol>
      {times > 1 && (
        <p className="mt-3 text-muted text-xs">
          It was processed {pluralText(times, "time")}; this is the last one. The log has them all.
        </p>
      )}
    </section>
  );
}

function StageItem({ stage, isLast }: { stage: Stage; isLast: boolean }) {
  const look = LOOKS[stage.state];
  const Icon = look.icon;
  return (
    <li
      aria-current={stage.state === "now" ? "step" : undefined}
      className={classNames("flex gap-3 md:flex-col md:gap-2", isLast ? "md:flex-none md:pr-2" : "md:flex-1")}
    >
      <div className="flex flex-col items-center md:flex-row">
        <span className={classNames("flex size-7 shrink-0 items-center justify-center rounded-full", look.classes)}>
          <Icon aria-hidden className="size-4" />
        </span>
        {!isLast && (
          <span
            aria-hidden
            className={classNames("min-h-5 w-0.5 flex-1 md:mx-1 md:h-0.5 md:min-h-0 md:w-auto", look.line)}
          />
        )}
      </div>
      <div className={classNames("md:pr-3 md:pb-0", !isLast && "pb-4")}>
        <p className={classNames("font-medium", stage.state === "ahead" && "text-muted")}>
          {RUN_STATUS[stage.status].label}
          <span className="sr-only">, {look.said}</span>
        </p>
        <p className="text-muted text-xs">
          {stage.at !== undefined && <Time at={stage.at} exact />}
          {stage.state === "ahead" && "to come"}
          <Stay stage={stage} />
        </p>
        {stage.note !== undefined && <p className="text-muted text-xs">{stage.note}</p>}
      </div>
    </li>
  );
}

function Stay({ stage }: { stage: Stage }) {
  const now = useTick(stage.state === "now");
  if (stage.at === undefined || stage.state === "failed" || stage.status === "complete") return null;
  const seconds = stage.seconds ?? (stage.state === "now" ? secondsBetween(stage.at, null, now) : undefined);
  if (seconds === undefined) return null;
  return <span className="tabular-nums"> · for {durationText(stage.seconds ?? Math.floor(seconds))}</span>;
}
