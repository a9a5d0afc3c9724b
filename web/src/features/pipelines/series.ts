import type { Schemas } from "@/api/client";

/** Runs that ended in an hour or a day. `at`: its beginning, in milliseconds. */
export interface Point {
  readonly at: number;
  readonly failed: number;
  readonly succeeded: number;
}

type Bucket = Pick<Schemas["FailuresAtBody"], "at" | "failed" | "total">;

/** From when to when an axis goes, in milliseconds. */
export interface Axis {
  readonly from: number;
  readonly to: number;
}

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** What the points of an axis are. Very many days are those of UTC, as the API gives them. */
export type Scale = "hour" | "day" | "utcDay";

/** A mistyped century is no reason to draw a million bars. */
const MOST_POINTS = 10_000;

/** Buckets of the API as they are, `length` milliseconds each. It leaves out those without runs: time goes on there, too. */
export function byBucket(buckets: readonly Bucket[], { from, to }: Axis, length: number): Point[] {
  const points = empty(Math.floor(from / length) * length, to, (at) => at + length);
  for (const bucket of buckets) add(points, Date.parse(bucket.at), bucket);
  return inOrder(points);
}

export function byHour(buckets: readonly Bucket[], axis: Axis): Point[] {
  return byBucket(buckets, axis, HOUR_MS);
}

/** Hours put together to days of the reader's zone. Days have 23 to 25 hours, so they go by the calendar. */
export function byLocalDay(buckets: readonly Bucket[], { from, to }: Axis): Point[] {
  const points = empty(dayOf(from), to, (at) => {
    const next = new Date(at);
    return next.setDate(next.getDate() + 1);
  });
  for (const bucket of buckets) add(points, dayOf(Date.parse(bucket.at)), bucket);
  return inOrder(points);
}

function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

type Sums = Map<number, { failed: number; succeeded: number }>;

function empty(first: number, to: number, next: (at: number) => number): Sums {
  const points: Sums = new Map();
  for (let at = first; at < to && points.size < MOST_POINTS; at = next(at)) points.set(at, { failed: 0, succeeded: 0 });
  return points;
}

function add(points: Sums, at: number, { failed, total }: Bucket): void {
  const known = points.get(at) ?? { failed: 0, succeeded: 0 };
  points.set(at, { failed: known.failed + failed, succeeded: known.succeeded + total - failed });
}

function inOrder(points: Sums): Point[] {
  return Array.from(points, ([at, sums]) => ({ at, ...sums })).sort((one, other) => one.at - other.at);
}

const MOST_TICKS = 6;

/**
 * Of the points those that an axis has room to name: full quarters or halves of a day, or days evenly apart, counted
 * from the last, since now is what one looks for.
 */
export function ticksOf(points: readonly Point[], scale: Scale): number[] {
  if (scale === "hour") {
    const apart = points.length > 30 ? 12 : 6;
    return points.filter((point) => new Date(point.at).getHours() % apart === 0).map((point) => point.at);
  }
  const step = Math.max(1, Math.ceil(points.length / MOST_TICKS));
  return points.filter((_, index) => (points.length - 1 - index) % step === 0).map((point) => point.at);
}

const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = { month: "short", day: "numeric" } as const;
const WHOLE_DAY = { ...DAY, weekday: "short", year: "numeric" } as const;
const UTC = { timeZone: "UTC" } as const;
const short = {
  day: new Intl.DateTimeFormat(undefined, DAY),
  utcDay: new Intl.DateTimeFormat(undefined, { ...DAY, ...UTC }),
};
const whole = {
  hour: new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }),
  day: new Intl.DateTimeFormat(undefined, WHOLE_DAY),
  utcDay: new Intl.DateTimeFormat(undefined, { ...WHOLE_DAY, ...UTC }),
};

/** Under an axis: the hour, or the day where it begins. */
export function tickText(at: number, scale: Scale): string {
  const begins = new Date(at);
  if (scale !== "hour") return short[scale].format(begins);
  return (begins.getHours() === 0 ? short.day : hour).format(begins);
}

/** In tables and beside the pointer. */
export function pointText(at: number, scale: Scale): string {
  return whole[scale].format(new Date(at));
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
