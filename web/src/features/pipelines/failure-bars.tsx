import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { type Point, pointText, type Scale, ticksOf, tickText } from "@/features/pipelines/series";
import { ChartNote } from "@/ui/chart";
import { countText, percentText } from "@/ui/numbers";

const TICK = { fill: "var(--muted)", fontSize: 11 };

/** Failed runs at the ground, where they are compared best, those that succeeded above them. */
export function FailureBars({ points, scale }: { points: readonly Point[]; scale: Scale }) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={points}
        accessibilityLayer={false}
        margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
        barCategoryGap="18%"
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          ticks={ticksOf(points, scale)}
          interval="preserveEnd"
          minTickGap={8}
          tickFormatter={(at: number) => tickText(at, scale)}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: "var(--line)" }}
        />
        <YAxis
          allowDecimals={false}
          width={36}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          tickFormatter={countText}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: "var(--sunken)" }}
          content={({ label }) => <Note point={points.find((point) => point.at === label)} scale={scale} />}
        />
        <Bar dataKey="failed" stackId="runs" fill="var(--bad)" isAnimationActive={false} maxBarSize={40} />
        <Bar dataKey="succeeded" stackId="runs" fill="var(--ok)" isAnimationActive={false} maxBarSize={40} />
      </BarChart>
    </ResponsiveContainer>
  );
}

function Note({ point, scale }: { point: Point | undefined; scale: Scale }) {
  if (point === undefined) return null;
  const total = point.failed + point.succeeded;
  const share = total === 0 ? "" : ` (${percentText(point.failed / total)})`;
  return (
    <ChartNote
      title={pointText(point.at, scale)}
      lines={[
        { label: "Failed", value: `${countText(point.failed)}${share}` },
        { label: "Succeeded", value: countText(point.succeeded) },
      ]}
    />
  );
}
