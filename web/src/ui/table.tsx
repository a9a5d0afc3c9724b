import { type ColumnDef, tableFeatures, useTable } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Button } from "@/ui/button";
import { classNames } from "@/ui/class-names";
import { Empty, Failure, NotUpToDate, Skeleton } from "@/ui/state";

const features = tableFeatures({});

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  align?: "right";
  /** What small screens do without. */
  hidden?: "sm" | "md" | "lg";
  className?: string;
}

const HIDDEN = { sm: "hidden sm:table-cell", md: "hidden md:table-cell", lg: "hidden lg:table-cell" } as const;

interface Props<Row> {
  /** What the table shows, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  /** undefined while they are being fetched. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  error?: unknown;
  onRetry?: () => void;
  empty?: ReactNode;
  /** Of the page before it, while the next is fetched. */
  isStale?: boolean;
  /** Keyset paging: what there is behind and before these rows. */
  paging?: { next?: (() => void) | undefined; first?: (() => void) | undefined };
}

/** Rows with their columns, or what is to be said instead of them. */
export function DataTable<Row extends object>({
  label,
  columns,
  rows,
  keyOf,
  error,
  onRetry,
  empty,
  isStale = false,
  paging,
}: Props<Row>) {
  if (error != null && rows === undefined) return <Failure error={error} onRetry={onRetry} />;
  const outdated = error != null && <NotUpToDate error={error} />;
  if (rows?.length === 0 && paging?.first === undefined) {
    return (
      <>
        {outdated}
        {empty ?? <Empty title="There is nothing here yet" />}
      </>
    );
  }
  return (
    <>
      {outdated}
      <div className={classNames("relative overflow-x-auto transition-opacity", isStale && "opacity-60")}>
        <Rows label={label} columns={columns} rows={rows} keyOf={keyOf} />
      </div>
      {rows?.length === 0 && <p className="px-4 py-8 text-center text-muted">There is nothing on this page.</p>}
      {(paging?.next !== undefined || paging?.first !== undefined) && (
        <nav aria-label={`Pages of ${label}`} className="flex justify-end gap-2 border-line border-t px-4 py-2">
          <Button small disabled={paging.first === undefined} onClick={paging.first}>
            First page
          </Button>
          <Button small disabled={paging.next === undefined} onClick={paging.next}>
            Next page
          </Button>
        </nav>
      )}
    </>
  );
}

const NO_ROWS: readonly never[] = [];

function Rows<Row extends object>({ label, columns, rows, keyOf }: Props<Row>) {
  const table = useTable({
    features,
    columns: columns.map((column): ColumnDef<typeof features, Row> => ({ id: column.id })),
    data: rows ?? NO_ROWS,
    getRowId: keyOf,
  });
  const columnOf = (id: string) => columns.find((one) => one.id === id);
  const classesOf = (id: string) => {
    const column = columnOf(id);
    return classNames(
      "px-4 py-2.5 align-middle",
      column?.align === "right" ? "text-right tabular-nums" : "text-left",
      column?.hidden !== undefined && HIDDEN[column.hidden],
      column?.className,
    );
  };
  return (
    <table aria-label={label} aria-busy={rows === undefined} className="w-full border-collapse">
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} className="border-line border-b">
            {group.headers.map((header) => (
              <th
                key={header.id}
                scope="col"
                className={classNames(classesOf(header.column.id), "font-medium text-muted text-xs whitespace-nowrap")}
              >
                {columnOf(header.column.id)?.header}
              </th>
            ))}
          </tr>
        ))}
      </thead>
      <tbody>
        {rows === undefined
          ? Array.from({ length: 6 }, (_, row) => `loading-${row}`).map((key) => (
              <tr key={key} className="border-line border-b last:border-0">
                {columns.map((column) => (
                  <td key={column.id} className={classesOf(column.id)}>
                    <Skeleton className="h-4 w-3/4" />
                  </td>
                ))}
              </tr>
            ))
          : table.getRowModel().rows.map((row) => (
              <tr key={row.id} className="border-line border-b last:border-0 hover:bg-sunken/70">
                {row.getAllCells().map((cell) => (
                  <td key={cell.id} className={classesOf(cell.column.id)}>
                    {/* not FlexRender: it takes functions for components, and new ones with each drawing */}
                    {columnOf(cell.column.id)?.cell(row.original)}
                  </td>
                ))}
              </tr>
            ))}
      </tbody>
    </table>
  );
}
