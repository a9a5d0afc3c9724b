import { HEALTH } from "@/features/pipelines/health";
import { HEALTH_ICONS } from "@/features/pipelines/health-mark";
import type { HealthCount } from "@/features/pipelines/wall";
import type { Tone } from "@/ui/badge";
import { classNames } from "@/ui/class-names";
import { countText } from "@/ui/numbers";

const TEXTS: Record<Tone, string> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  idle: "text-idle",
};

/** How many pipelines are how. Pressing one shows only those; pressing it again, all. */
export function HealthCounts({
  counts,
  chosen,
  onChoose,
}: {
  counts: readonly HealthCount[];
  chosen: string | undefined;
  onChoose: (health: string | undefined) => void;
}) {
  return (
    <fieldset className="flex flex-wrap gap-2">
      <legend className="sr-only">Pipelines by health</legend>
      {counts.map(({ health, count }) => {
        const Icon = HEALTH_ICONS[health];
        const isChosen = chosen === health;
        return (
          <button
            key={health}
            type="button"
            aria-pressed={isChosen}
            title={HEALTH[health].means}
            onClick={() => onChoose(isChosen ? undefined : health)}
            className={classNames(
              "inline-flex h-8 items-center gap-1.5 rounded-full border bg-surface px-3 text-xs hover:bg-sunken",
              isChosen ? "border-accent ring-1 ring-accent" : "border-line",
            )}
          >
            <Icon aria-hidden className={classNames("size-3.5", TEXTS[HEALTH[health].tone])} strokeWidth={2.5} />
            <span className="font-semibold tabular-nums">{countText(count)}</span>
            <span className="text-muted">{HEALTH[health].word.toLowerCase()}</span>
          </button>
        );
      })}
    </fieldset>
  );
}
