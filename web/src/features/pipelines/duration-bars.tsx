import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { ChartNote } from "@/ui/chart";
import { countText, pluralText } from "@/ui/numbers";

export interface NamedBin {
  readonly name: string;
  readonly count: number;
}

const TICK = { fill: "var(--muted)", fontSize: 11 };

export function DurationBars({ bins }: { bins: readonly NamedBin[] }) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={bins}
        accessibilityLayer={false}
        margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
        barCategoryGap="12%"
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="name" tick={TICK} tickLine={false} axisLine={{ stroke: "var(--line)" }} />
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
          content={({ label }) => <Note bin={bins.find((bin) => bin.name === label)} />}
        />
        <Bar dataKey="count" fill="var(--accent)" isAnimationActive={false} maxBarSize={64} />
      </BarChart>
    </ResponsiveContainer>
  );
}

function Note({ bin }: { bin: NamedBin | undefined }) {
  if (bin === undefined) return null;
  return <ChartNote title={bin.name} lines={[{ label: "Took so long", value: pluralText(bin.count, "run") }]} />;
}
