import type { Schemas } from "@/api/client";

/** Runs that ended in an hour or a day. `at`: its beginning, in milliseconds. */
export interface Point {
  readonly at: number;
  readonly failed: number;
  readonly succeeded: number;
}

type Bucket = Pick<Schemas["FailuresAtBody"], "at" | "failed" | "total">;

export function byHour(buckets: readonly Bucket[]): Point[] {
  return buckets.map(({ at, failed, total }) => ({ at: Date.parse(at), failed, succeeded: total - failed }));
}

/** Hours put together to days of the reader's zone. Days have 23 to 25 hours, so they go by the calendar. */
export function byLocalDay(buckets: readonly Bucket[]): Point[] {
  const days = new Map<number, { failed: number; succeeded: number }>();
  for (const { at, failed, total } of buckets) {
    const day = new Date(at);
    day.setHours(0, 0, 0, 0);
    const known = days.get(day.getTime()) ?? { failed: 0, succeeded: 0 };
    days.set(day.getTime(), { failed: known.failed + failed, succeeded: known.succeeded + total - failed });
  }
  return Array.from(days, ([at, sums]) => ({ at, ...sums }));
}

/** Of the points those that an axis has room to name, evenly apart, counted from the last: now is what one looks for. */
export function ticksOf(points: readonly Point[], most: number): number[] {
  const step = Math.max(1, Math.ceil(points.length / most));
  return points.filter((_, index) => (points.length - 1 - index) % step === 0).map((point) => point.at);
}

const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const wholeDay = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  month: "short",
  day: "numeric",
  year: "numeric",
});

/** Under an axis: the hour, or the day where it begins. */
export function tickText(at: number, isHourly: boolean): string {
  const begins = new Date(at);
  return isHourly && begins.getHours() !== 0 ? hour.format(begins) : day.format(begins);
}

/** In tables and beside the pointer. */
export function pointText(at: number, isHourly: boolean): string {
  return (isHourly ? whole : wholeDay).format(new Date(at));
}

type Bin = Schemas["DurationBinBody"];

/** "1–5 min", "15 s–1 min", "over 12 h" */
export function binText({ from_seconds: from, to_seconds: to }: Bin): string {
  if (to === null) return `over ${unitText(from)}`;
  if (from === 0) return `under ${unitText(to)}`;
  const [low, unit] = inUnit(from);
  const [, other] = inUnit(to);
  return unit === other ? `${low}–${unitText(to)}` : `${unitText(from)}–${unitText(to)}`;
}

function inUnit(seconds: number): [number, string] {
  if (seconds >= 3600) return [seconds / 3600, "h"];
  return seconds >= 60 ? [seconds / 60, "min"] : [seconds, "s"];
}

function unitText(seconds: number): string {
  const [value, unit] = inUnit(seconds);
  return `${value} ${unit}`;
}

/** Without the empty bins before the first run and behind the last. */
export function withoutEmptyEnds(bins: readonly Bin[]): readonly Bin[] {
  const first = bins.findIndex((bin) => bin.count > 0);
  return first === -1 ? [] : bins.slice(first, bins.findLastIndex((bin) => bin.count > 0) + 1);
}
