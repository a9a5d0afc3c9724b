import type { System } from "@/features/system/queries";
import { countText, durationText } from "@/ui/numbers";

/** So long may a job wait before that is worth a word. */
const LONG_SECONDS = 60;

export interface Concern {
  tone: "warn" | "bad";
  text: string;
}

/** What is not as it should be with jobs and workers, and what to do about it; undefined: nothing. */
export function concernOf({ activity, worker, queue }: System): Concern | undefined {
  if (activity === null) {
    return { tone: "bad", text: "The database does not answer, so nobody knows what waits." };
  }
  const silent = activity.workers.filter((one) => one.is_silent);
  const isAlone = worker === null && activity.workers.length === silent.length;
  if (activity.due > 0 && activity.waited_seconds >= LONG_SECONDS) {
    const jobs = activity.due === 1 ? "1 job waits" : `${countText(activity.due)} jobs wait`;
    const since = `${jobs} for a worker, the oldest for ${durationText(activity.waited_seconds)}.`;
    if (!isAlone) return { tone: "warn", text: `${since} More workers, or more jobs at a time, would help.` };
    const start = queue === "local" || queue === "memory" ? "Start forebay worker" : "Start a Celery worker";
    return { tone: "bad", text: `${since} No worker is at work. ${start} on the same database.` };
  }
  if (silent.length > 0) {
    const names = silent.map((one) => one.name).join(", ");
    return { tone: "warn", text: `Nothing was heard of ${names} for a while. Other workers take its jobs over.` };
  }
  return undefined;
}
