import { Link, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { currentProgress, watchProgress } from "@/features/upload/progress";
import { classNames } from "@/ui/class-names";
import { countText, pluralText } from "@/ui/numbers";
import { say, sayFailed } from "@/ui/toast";

/** Says on every page that uploads go on, and how far they are. `short`: for the narrow bar of a phone. */
export function ProgressNote({ short = false }: { short?: boolean }) {
  const { left, total, failed, share } = useSyncExternalStore(watchProgress, currentProgress);
  if (left === 0 && failed === 0) return null;
  const percent = `${Math.floor(share * 100)} %`;
  const text =
    left > 0
      ? `Uploading ${countText(total - left + 1)} of ${countText(total)} · ${percent}`
      : `${pluralText(failed, "upload")} failed`;
  const colours = left > 0 ? "bg-accent-soft text-accent-strong" : "bg-bad-soft text-bad";
  if (short) {
    return (
      <Link to="/upload" aria-label={text} className={classNames("rounded-md px-2 py-1 text-xs", colours)}>
        {left > 0 ? percent : text}
      </Link>
    );
  }
  return (
    <Link to="/upload" className={classNames("block rounded-md px-2.5 py-2 text-xs tabular-nums", colours)}>
      {text}
      {left > 0 && (
        <span aria-hidden className="mt-1.5 block h-1 overflow-hidden rounded-full bg-line">
          <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </Link>
  );
}

/** Says that uploads ended to those who look at another page meanwhile. Belongs into the shell once. */
export function ProgressEnd() {
  const { left, failed, total } = useSyncExternalStore(watchProgress, currentProgress);
  const isElsewhere = useRouterState({ select: (state) => state.location.pathname !== "/upload" });
  const before = useRef(left);
  useEffect(() => {
    const ended = before.current > 0 && left === 0;
    before.current = left;
    if (!ended || !isElsewhere) return;
    if (failed > 0) sayFailed(`${pluralText(failed, "upload")} failed`, new Error("The upload page says why."));
    else if (total > 0) say(`${pluralText(total, "file")} uploaded`);
  }, [left, failed, total, isElsewhere]);
  return null;
}
