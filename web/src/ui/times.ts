/** Times in the reader's zone. The API speaks ISO 8601 in UTC. */

const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
// "always": a day ago by the clock may be the day before yesterday on the calendar
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
const STEPS: readonly [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, "second"],
  [3600, 60, "minute"],
  [86_400, 3600, "hour"],
  [7 * 86_400, 86_400, "day"],
];

export function localText(at: string): string {
  return dayAndTime.format(new Date(at));
}

/** "5 min. ago", "in 2 hr."; from a week on the day and the time. */
export function agoText(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 5) return "just now";
  const step = STEPS.find(([limit]) => size < limit);
  if (step === undefined) return localText(at);
  return relative.format(Math.trunc(seconds / step[1]), step[2]);
}

/** The exact time in UTC, for those who compare with logs. */
export function utcText(at: string): string {
  return `${new Date(at).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

/** Seconds between two times, or until now while the end is open. */
export function secondsBetween(start: string, end: string | null | undefined, now: number): number {
  return Math.max(0, ((end == null ? now : Date.parse(end)) - Date.parse(start)) / 1000);
}
