import { useQuery } from "@tanstack/react-query";
import { lazy, useMemo } from "react";
import { durationsQuery, type Extent, failuresQuery } from "@/features/pipelines/queries";
import type { WindowSearch } from "@/features/pipelines/search";
import {
  type Axis,
  binText,
  byBucket,
  byHour,
  byLocalDay,
  DAY_MS,
  pointText,
  type Scale,
  withoutEmptyEnds,
} from "@/features/pipelines/series";
import { isByHour } from "@/features/pipelines/windows";
import { ChartFrame } from "@/ui/chart";
import { countText, percentText, pluralText } from "@/ui/numbers";

// recharts is large: it comes when a chart is to be drawn
const FailureBars = lazy(() => import("@/features/pipelines/failure-bars").then((it) => ({ default: it.FailureBars })));
const DurationBars = lazy(() =>
  import("@/features/pipelines/duration-bars").then((it) => ({ default: it.DurationBars })),
);

const RUNS = [
  { label: "Failed", color: "var(--bad)" },
  { label: "Succeeded", color: "var(--ok)" },
] as const;

const HEADS: Readonly<Record<Scale, string>> = { hour: "Hour", day: "Day", utcDay: "Day (UTC)" };
const POINTS = {
  hour: byHour,
  day: byLocalDay,
  utcDay: (items: Parameters<typeof byBucket>[0], axis: Axis) => byBucket(items, axis, DAY_MS),
};

/** Runs that succeeded and failed, by hour or day of the reader's zone; by day of UTC where there are very many. */
export function FailuresChart({ extent, search }: { extent: Extent; search: WindowSearch }) {
  const query = useQuery(failuresQuery(extent, search));
  const drawn = useMemo(() => {
    if (query.data === undefined) return undefined;
    const { bucket, items, axis } = query.data;
    const scale: Scale = bucket === "day" ? "utcDay" : isByHour(axis) ? "hour" : "day";
    const points = POINTS[scale](items, axis);
    const total = points.reduce((sum, point) => sum + point.failed + point.succeeded, 0);
    return {
      points: total === 0 ? [] : points,
      scale,
      failed: points.reduce((sum, { failed }) => sum + failed, 0),
      total,
    };
  }, [query.data]);
  return (
    <ChartFrame
      title="Failures over time"
      about={
        drawn !== undefined &&
        `${countText(drawn.failed)} of ${pluralText(drawn.total, "finished run")} failed${drawn.total === 0 ? "" : ` (${percentText(drawn.failed / drawn.total)})`}`
      }
      legend={RUNS}
      table={
        drawn && {
          head: [HEADS[drawn.scale], "Failed", "Succeeded"],
          rows: drawn.points.map((point) => [
            pointText(point.at, drawn.scale),
            countText(point.failed),
            countText(point.succeeded),
          ]),
        }
      }
      error={query.error}
      onRetry={() => void query.refetch()}
      isStale={query.isPlaceholderData}
      empty="No run succeeded or failed in this time. Choose a longer one."
    >
      {drawn !== undefined && <FailureBars points={drawn.points} scale={drawn.scale} />}
    </ChartFrame>
  );
}

/** How long finished runs took. */
export function DurationsChart({ extent, search }: { extent: Extent; search: WindowSearch }) {
  const query = useQuery(durationsQuery(extent, search));
  const bins = useMemo(
    () =>
      query.data === undefined
        ? undefined
        : withoutEmptyEnds(query.data.items).map((bin) => ({ name: binText(bin), count: bin.count })),
    [query.data],
  );
  const total = bins?.reduce((sum, bin) => sum + bin.count, 0) ?? 0;
  return (
    <ChartFrame
      title="Durations"
      about={`How long ${pluralText(total, "finished run")} took`}
      table={bins && { head: ["Duration", "Runs"], rows: bins.map(({ name, count }) => [name, countText(count)]) }}
      error={query.error}
      onRetry={() => void query.refetch()}
      isStale={query.isPlaceholderData}
      empty="No finished run in this time says how long it took."
    >
      {bins !== undefined && <DurationBars bins={bins} />}
    </ChartFrame>
  );
}
