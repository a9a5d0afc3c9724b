import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { type LineRow, widthOf } from "@/features/runs/preview/lines";
import { classNames } from "@/ui/class-names";

const ROW_PX = 20;

interface Props {
  rows: readonly LineRow[];
  name: string;
  isWrapped: boolean;
  line: number | undefined;
  onLine: ((line: number) => void) | undefined;
}

/** Numbered lines, of which only those in sight exist. Numbers are outside of what is selected and copied. */
export function LineList({ rows, name, isWrapped, line, onLine }: Props) {
  const box = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const width = useMemo(() => widthOf(rows), [rows]);
  const digits = String(rows.length).length;

  const target = line === undefined ? -1 : rows.findIndex((row) => row.number === line);
  const scrolledTo = useRef<number>(undefined);
  useEffect(() => {
    if (target < 0 || scrolledTo.current === line) return;
    // one that was clicked is in sight already and stays where it is
    virtual.scrollToIndex(target, { align: scrolledTo.current === undefined ? "center" : "auto" });
    scrolledTo.current = line;
  }, [target, line, virtual]);

  const top = useRef(0);
  const wasWrapped = useRef(isWrapped);
  useEffect(() => {
    if (wasWrapped.current === isWrapped) return;
    wasWrapped.current = isWrapped;
    virtual.measure(); // rows have other heights now, and the one on top should stay there
    virtual.scrollToIndex(top.current, { align: "start" });
  }, [isWrapped, virtual]);

  return (
    <section
      ref={box}
      aria-label={`Text of ${name}`}
      onScroll={(event) => {
        top.current = virtual.getVirtualItemForOffset(event.currentTarget.scrollTop)?.index ?? 0;
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
      tabIndex={0}
      className="max-h-[32rem] min-h-10 overflow-auto overscroll-contain bg-surface font-mono text-xs focus-visible:outline-offset-[-2px]"
    >
      <div
        className="relative min-w-full"
        style={{ height: virtual.getTotalSize(), width: isWrapped ? undefined : `${width + digits + 6}ch` }}
      >
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const isTarget = row.number !== undefined && row.number === line;
          return (
            <div
              key={item.key}
              ref={isWrapped ? virtual.measureElement : undefined}
              data-index={item.index}
              className={classNames("absolute top-0 left-0 flex w-full leading-5", isTarget && "bg-mark")}
              style={{ transform: `translateY(${item.start}px)`, minHeight: ROW_PX }}
            >
              <Gutter row={row} digits={digits} onLine={onLine} isTarget={isTarget} />
              <span
                className={classNames(
                  "min-w-0 flex-1 pr-3 pl-3 [tab-size:4]",
                  isWrapped ? "whitespace-pre-wrap [overflow-wrap:anywhere]" : "whitespace-pre",
                )}
              >
                {row.text}
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

function Gutter({
  row,
  digits,
  onLine,
  isTarget,
}: {
  row: LineRow;
  digits: number;
  onLine: Props["onLine"];
  isTarget: boolean;
}) {
  const classes = classNames(
    "sticky left-0 flex shrink-0 select-none items-start justify-end border-line border-r pr-2 pl-3 text-right tabular-nums",
    isTarget ? "bg-mark text-ink" : "bg-sunken text-muted",
  );
  const style = { width: `calc(${Math.max(3, digits)}ch + 1.25rem)` };
  if (row.number === undefined || onLine === undefined) {
    return (
      <span className={classes} style={style}>
        {row.number ?? <span aria-hidden>↪</span>}
      </span>
    );
  }
  const { number } = row;
  return (
    <button
      type="button"
      tabIndex={-1}
      title={`Link to line ${number}`}
      aria-label={`Link to line ${number}`}
      className={classNames(classes, "hover:text-accent-strong hover:underline")}
      style={style}
      onClick={() => onLine(number)}
    >
      {number}
    </button>
  );
}
