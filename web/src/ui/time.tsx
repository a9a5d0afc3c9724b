import { useSyncExternalStore } from "react";
import { agoText, localText, utcText } from "@/ui/times";

const TICK_MS = 5_000;
const watchers = new Set<() => void>();
let now = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  if (ticking === undefined) now = Date.now(); // nobody has looked at the clock since it stopped
  ticking ??= setInterval(() => {
    now = Date.now();
    for (const one of watchers) one();
  }, TICK_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** Milliseconds since the epoch, anew every few seconds: one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

/** How long ago it was, or with `exact` the day and the time in the reader's zone; the exact UTC on hover. */
export function Time({ at, exact = false }: { at: string | null | undefined; exact?: boolean }) {
  const current = useNow();
  if (at == null) return <span className="text-muted">–</span>;
  return (
    <time dateTime={at} title={`${localText(at)} (${utcText(at)})`} className="whitespace-nowrap">
      {exact ? localText(at) : agoText(at, Math.max(current, Date.now()))}
    </time>
  );
}
