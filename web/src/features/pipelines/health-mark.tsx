import { Check, CircleQuestionMark, CircleSlash, Clock, Hourglass, type LucideIcon, Pause, X } from "lucide-react";
import { HEALTH, type Health } from "@/features/pipelines/health";
import type { Tone } from "@/ui/badge";
import { classNames } from "@/ui/class-names";

export const HEALTH_ICONS: Readonly<Record<Health, LucideIcon>> = {
  stuck: Hourglass,
  missing: CircleSlash,
  late: Clock,
  failing: X,
  unknown: CircleQuestionMark,
  healthy: Check,
  disabled: Pause,
};

const SOFT: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  idle: "bg-idle-soft text-idle",
};

/** How a pipeline is: a word and a picture on a ground of its colour, so that no colour needs to be seen. */
export function HealthBadge({ health, count }: { health: Health; count?: number }) {
  const { word, tone, means } = HEALTH[health];
  const Icon = HEALTH_ICONS[health];
  return (
    <span
      title={means}
      className={classNames(
        "inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 font-medium text-xs whitespace-nowrap",
        SOFT[tone],
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" strokeWidth={2.25} />
      {count !== undefined && <span className="tabular-nums">{count}</span>}
      {count === undefined ? word : word.toLowerCase()}
    </span>
  );
}
