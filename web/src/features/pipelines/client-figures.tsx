import type { Schemas } from "@/api/client";
import { Figure } from "@/features/pipelines/figure";
import { STATUSES } from "@/features/pipelines/search";
import { STATUS } from "@/features/pipelines/words";
import { countText, durationText, percentText } from "@/ui/numbers";

/** What the runs of a client came to in the chosen time. */
export function ClientFigures({ summary }: { summary: Schemas["ClientSummaryBody"] | undefined }) {
  const took = (seconds: number | null | undefined) =>
    seconds === undefined ? undefined : seconds === null ? "–" : durationText(seconds);
  const late = summary?.late.length;
  return (
    <dl aria-label="Figures" className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
      <Figure label="Success rate" about="of runs that succeeded or failed">
        {summary && (summary.success_rate === null ? "–" : percentText(summary.success_rate))}
      </Figure>
      <Figure label="Runs" about={summary && <Counts counts={summary.counts} />}>
        {summary && countText(summary.total)}
      </Figure>
      <Figure label="Mean duration" about="of finished runs">
        {took(summary?.mean_seconds)}
      </Figure>
      <Figure label="95 % took at most" about="the p95 of durations">
        {took(summary?.p95_seconds)}
      </Figure>
      <Figure label="Late or missing" about="pipelines, as of now">
        {late !== undefined && <span className={late > 0 ? "text-warn" : ""}>{countText(late)}</span>}
      </Figure>
    </dl>
  );
}

function Counts({ counts }: { counts: Readonly<Record<string, number>> }) {
  const some = STATUSES.filter((status) => (counts[status] ?? 0) > 0);
  if (some.length === 0) return "none in this time";
  return some.map((status) => `${countText(counts[status] ?? 0)} ${STATUS[status].word.toLowerCase()}`).join(" · ");
}
