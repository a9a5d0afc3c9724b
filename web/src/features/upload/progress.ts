/**
 * How uploads go, in a few numbers. It stands apart from the queue so that the shell of every page can show it without
 * loading what uploads.
 */
export interface Progress {
  /** Under way or waiting. */
  left: number;
  /** Of those that were started together. */
  total: number;
  failed: number;
  /** Of all bytes that were to be sent, from 0 to 1. */
  share: number;
}

export const NONE: Progress = { left: 0, total: 0, failed: 0, share: 0 };

let current = NONE;
const watchers = new Set<() => void>();

export function publish(next: Progress): void {
  const same = (["left", "total", "failed", "share"] as const).every((name) => next[name] === current[name]);
  if (same) return;
  current = next;
  for (const watcher of watchers) watcher();
}

export function watchProgress(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function currentProgress(): Progress {
  return current;
}
