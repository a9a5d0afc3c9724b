import { Table2 } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { classNames } from "@/ui/class-names";
import { Failure, Skeleton } from "@/ui/state";

export interface ChartTable {
  readonly head: readonly string[];
  /** The first cell names the row. */
  readonly rows: readonly (readonly string[])[];
}

export interface LegendEntry {
  readonly label: string;
  /** A token of index.css, such as `var(--ok)`. */
  readonly color: string;
}

/**
 * Around every chart: its name, what is said while it is loading, failed or empty, and the same data as a table, which
 * screen readers find in its stead and everybody can have shown. `children` draws, and may be loaded lazily.
 */
export function ChartFrame({
  title,
  about,
  legend = [],
  table,
  error,
  onRetry,
  empty,
  isStale = false,
  children,
}: {
  title: string;
  /** What is drawn, in a few words. */
  about?: ReactNode;
  legend?: readonly LegendEntry[];
  /** undefined while it is being fetched; without rows there is nothing to draw. */
  table: ChartTable | undefined;
  error?: unknown;
  onRetry?: () => void;
  empty: ReactNode;
  isStale?: boolean;
  children: ReactNode;
}) {
  const [isTable, setTable] = useState(false);
  const isDrawn = table !== undefined && table.rows.length > 0;
  return (
    <Card
      title={title}
      actions={
        isDrawn && (
          <IconButton
            label={isTable ? `Show ${title} as a chart` : `Show ${title} as a table`}
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          >
            <Table2 aria-hidden className="size-4" />
          </IconButton>
        )
      }
    >
      {error != null && table === undefined ? (
        <Failure error={error} onRetry={onRetry} />
      ) : table === undefined ? (
        <ChartSkeleton />
      ) : !isDrawn ? (
        <div className="flex h-56 items-center justify-center px-4 text-center text-muted">{empty}</div>
      ) : (
        <figure className={classNames("relative transition-opacity", isStale && "opacity-60")}>
          <figcaption className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-muted text-xs">
            <span>{about}</span>
            <span aria-hidden className="flex gap-3">
              {legend.map(({ label, color }) => (
                <span key={label} className="inline-flex items-center gap-1.5">
                  <span className="size-2.5 rounded-xs" style={{ background: color }} />
                  {label}
                </span>
              ))}
            </span>
          </figcaption>
          {!isTable && (
            <div aria-hidden className="h-56 [&_svg]:outline-none">
              <Suspense fallback={<Skeleton className="h-full w-full" />}>{children}</Suspense>
            </div>
          )}
          <DataOf title={title} table={table} isShown={isTable} />
        </figure>
      )}
    </Card>
  );
}

function ChartSkeleton() {
  return (
    <div role="status" aria-label="Loading the chart">
      <Skeleton className="h-61 w-full" />
    </div>
  );
}

function DataOf({ title, table, isShown }: { title: string; table: ChartTable; isShown: boolean }) {
  return (
    // scrollable, so the keyboard must reach it; what nobody sees need not be reached
    <section
      aria-label={`${title}, as a table`}
      tabIndex={isShown ? 0 : undefined}
      className={isShown ? "h-56 overflow-auto" : "sr-only"}
    >
      <table className="w-full border-collapse text-xs">
        <thead>
          <tr className="border-line border-b text-muted">
            {table.head.map((cell, index) => (
              <th
                key={cell}
                scope="col"
                className={classNames("py-1.5 pr-3", index === 0 ? "text-left" : "text-right")}
              >
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(([name, ...cells]) => (
            <tr key={name} className="border-line border-b last:border-0">
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                {name}
              </th>
              {cells.map((cell, index) => (
                <td key={table.head[index + 1]} className="py-1.5 pr-3 text-right tabular-nums">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Beside the pointer. */
export function ChartNote({ title, lines }: { title: string; lines: readonly { label: string; value: string }[] }) {
  return (
    <div className="rounded-md border border-line bg-surface px-3 py-2 text-ink text-xs shadow-lg">
      <p className="font-medium">{title}</p>
      {lines.map(({ label, value }) => (
        <p key={label} className="mt-0.5 flex justify-between gap-4 text-muted">
          <span>{label}</span>
          <span className="text-ink tabular-nums">{value}</span>
        </p>
      ))}
    </div>
  );
}
