import { useState } from "react";
import { EMPTY, type Item, isUnderWay, type Phase, type Queue } from "@/features/upload/queue";
import { UploadRow } from "@/features/upload/upload-row";
import { uploads } from "@/features/upload/uploads";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { classNames } from "@/ui/class-names";
import { bytesText, countText, pluralText } from "@/ui/numbers";

const SHOWN = 100;
const FILTERED_FROM = 6;

const FILTERS: readonly { label: string; has: (phase: Phase) => boolean }[] = [
  { label: "All", has: () => true },
  { label: "Not started", has: (phase) => phase === "draft" },
  { label: "Under way", has: isUnderWay },
  { label: "Failed", has: (phase) => phase === "failed" },
  { label: "Cancelled", has: (phase) => phase === "cancelled" },
  { label: "Stored", has: (phase) => phase === "done" },
];

/** All files of this tab, in the order in which they were added: rows stay where they are. */
export function UploadList({ queue }: { queue: Queue }) {
  const [filter, setFilter] = useState("All");
  const [most, setMost] = useState(SHOWN);
  const { items, forAll, paused } = queue;
  const has = FILTERS.find(({ label }) => label === filter)?.has ?? (() => true);
  const found = items.filter((item) => has(item.phase));
  const twins = twinsIn(items);
  return (
    <Card title="Files" actions={<Actions items={items} />} flush>
      {paused && items.some((item) => item.phase === "waiting") && (
        <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b bg-warn-soft px-4 py-2.5 text-warn">
          <p>The connection was lost. Files that wait are not begun until you go on.</p>
          <Button small onClick={() => uploads.dispatch({ type: "resume" })}>
            Go on
          </Button>
        </div>
      )}
      {items.length >= FILTERED_FROM && (
        <fieldset className="flex flex-wrap gap-1 border-line border-b px-3 py-2">
          <legend className="sr-only">Show files that are</legend>
          {FILTERS.map(({ label, has: counts }) => {
            const count = items.filter((item) => counts(item.phase)).length;
            if (count === 0 && label !== filter) return null;
            return (
              <button
                key={label}
                type="button"
                aria-pressed={label === filter}
                onClick={() => setFilter(label)}
                className={classNames(
                  "rounded-md px-2.5 py-1 font-medium text-xs",
                  label === filter ? "bg-accent-soft text-accent-strong" : "text-muted hover:bg-sunken",
                )}
              >
                {label} {countText(count)}
              </button>
            );
          })}
        </fieldset>
      )}
      <ul aria-label="Files" className="divide-y divide-line">
        {found.slice(0, most).map((item) => (
          <UploadRow
            key={item.id}
            item={item}
            forAll={item.phase === "draft" ? forAll : EMPTY.forAll}
            twin={twins.get(item.id)}
          />
        ))}
      </ul>
      {found.length === 0 && <p className="px-4 py-8 text-center text-muted">No file is like that now.</p>}
      {found.length > most && (
        <div className="border-line border-t px-4 py-2 text-center">
          <Button small onClick={() => setMost(most + SHOWN)}>
            Show {countText(Math.min(SHOWN, found.length - most))} more of {countText(found.length)}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Actions({ items }: { items: readonly Item[] }) {
  const drafts = items.filter((item) => item.phase === "draft");
  const size = drafts.reduce((sum, item) => sum + item.file.size, 0);
  const again = items.filter((item) => item.phase === "failed" && item.failure?.retryable !== false);
  const under = items.filter((item) => isUnderWay(item.phase));
  const isOver = items.some((item) => item.phase === "done" || item.phase === "cancelled");
  return (
    <>
      {isOver && (
        <Button small onClick={() => uploads.dispatch({ type: "clear" })}>
          Clear finished
        </Button>
      )}
      {again.length > 1 && (
        <Button small onClick={() => uploads.dispatch({ type: "retry", ids: again.map((item) => item.id) })}>
          Retry {pluralText(again.length, "failed file")}
        </Button>
      )}
      {under.length > 1 && (
        <Button small onClick={() => uploads.cancel(...under.map((item) => item.id))}>
          Cancel all
        </Button>
      )}
      {drafts.length > 1 && (
        <Button small onClick={() => uploads.dispatch({ type: "remove", ids: drafts.map((item) => item.id) })}>
          Remove all
        </Button>
      )}
      {drafts.length > 0 && (
        <Button
          look="primary"
          disabled={drafts.some((item) => item.kind === undefined)}
          onClick={() => uploads.dispatch({ type: "start" })}
        >
          Upload {pluralText(drafts.length, "file")} ({bytesText(size)})
        </Button>
      )}
    </>
  );
}

/** Of files with the same bytes as one before them, that one's path. */
function twinsIn(items: readonly Item[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const twins = new Map<string, string>();
  for (const { id, path, phase, stored } of items) {
    if (phase !== "done" || stored === undefined) continue;
    const known = first.get(stored.sha256);
    if (known === undefined) first.set(stored.sha256, path);
    else twins.set(id, known);
  }
  return twins;
}
