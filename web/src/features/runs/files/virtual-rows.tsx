import { useVirtualizer } from "@tanstack/react-virtual";
import { type AriaAttributes, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { classNames } from "@/ui/class-names";

const ROW_PX = 30;

interface Props<Row> {
  role: "tree" | "listbox";
  label: string;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The one that is looked at. */
  selected: string | undefined;
  render: (row: Row) => ReactNode;
  attributesOf: (row: Row) => AriaAttributes;
  onActivate: (row: Row) => void;
  /** Of keys beyond those that move. True when something was done. `go` moves to the row of that index. */
  onKey?: (key: string, index: number, go: (index: number) => void) => boolean;
  /** Called with rows as they come into sight. */
  onShow?: (row: Row) => void;
}

/** Many rows, of which only those in sight exist. The focus stays on the list; arrows move the active row. */
export function VirtualRows<Row>(props: Props<Row>) {
  const { role, label, rows, keyOf, selected, render, attributesOf, onActivate, onKey, onShow } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = useState<string>();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const wanted = activeKey ?? selected;
  const active = Math.max(
    0,
    rows.findIndex((row) => keyOf(row) === wanted),
  );
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    setActiveKey(keyOf(row));
    virtual.scrollToIndex(rows.indexOf(row), { align: "auto" });
  };

  // what a link points at comes into sight once it is there
  const selectedAt = rows.findIndex((row) => keyOf(row) === selected);
  const isThere = selectedAt >= 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that are opened above it must not scroll back to it
  useEffect(() => {
    if (isThere) virtual.scrollToIndex(selectedAt, { align: "auto" });
  }, [selected, isThere]);

  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onShow !== undefined) for (const row of rows.slice(first, last + 1)) onShow(row);
  }, [rows, first, last, onShow]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? ROW_PX) / ROW_PX) - 1);
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    const row = rows[active];
    if (to !== undefined) go(to);
    else if ((event.key === "Enter" || event.key === " ") && row !== undefined) onActivate(row);
    else if (!(onKey?.(event.key, active, go) ?? false)) return;
    event.preventDefault();
  };

  // roles that are not known before it runs: in one piece, since a linter sees but half of them
  const list = {
    role,
    "aria-label": label,
    "aria-activedescendant": items.some((item) => item.index === active) ? `${id}-${active}` : undefined,
    tabIndex: 0,
    onKeyDown,
  };
  const optionOf = (row: Row) => ({
    role: role === "tree" ? "treeitem" : "option",
    tabIndex: -1,
    "aria-selected": keyOf(row) === selected,
    ...attributesOf(row),
    onClick: () => {
      setActiveKey(keyOf(row));
      onActivate(row);
      box.current?.focus({ preventScroll: true });
    },
  });
  return (
    <div
      ref={box}
      {...list}
      className="group h-full overflow-auto overscroll-contain focus-visible:outline-offset-[-2px]"
    >
      <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const isSelected = keyOf(row) === selected;
          return (
            <div
              key={keyOf(row)}
              id={`${id}-${item.index}`}
              {...optionOf(row)}
              className={classNames(
                "absolute top-0 left-0 flex w-full cursor-pointer items-center gap-2 px-3 outline-none hover:bg-sunken",
                isSelected && "bg-accent-soft font-medium hover:bg-accent-soft",
                item.index === active &&
                  "group-focus-visible:ring-2 group-focus-visible:ring-accent group-focus-visible:ring-inset",
              )}
              style={{ height: ROW_PX, transform: `translateY(${item.start}px)` }}
            >
              {render(row)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
