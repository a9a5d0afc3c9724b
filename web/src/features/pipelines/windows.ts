import type { WindowSearch } from "@/features/pipelines/search";
import type { Axis } from "@/features/pipelines/series";

/** From when to when; what is undefined is open: until now, or since whenever the API begins. */
export interface Span {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

export const DEFAULT_WINDOW = "7d";
const HOUR_MS = 3_600_000;
const LENGTHS_MS = { "24h": 24 * HOUR_MS, "7d": 7 * 24 * HOUR_MS, "30d": 30 * 24 * HOUR_MS } as const;
/** The API divides a window into at most 10,000 parts. */
const MOST_HOURS = 9_500;

export const WINDOW_CHOICES = [
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
  { value: "own", label: "Own" },
] as const;

/** What the URL asks for, as times. Named windows end now, so they are to be read when something is fetched. */
export function spanOf(search: WindowSearch, now: number): Span {
  const name = search.window ?? DEFAULT_WINDOW;
  if (name === "own") {
    return { since: search.since ?? new Date(now - LENGTHS_MS["7d"]).toISOString(), until: search.until };
  }
  return { since: new Date(now - LENGTHS_MS[name]).toISOString(), until: undefined };
}

/** What is wrong with a window that the reader named. */
export function spanProblem({ since, until }: Span): string | undefined {
  if (since === undefined || until === undefined || Date.parse(since) < Date.parse(until)) return undefined;
  return "The end must be behind the beginning.";
}

/** While a year is typed, the field has every beginning of it as a year: 0002, 0020, 0202. */
export function isHalfTyped({ since, until }: Span): boolean {
  return [since, until].some((end) => end !== undefined && Date.parse(end) < 0);
}

/** The ends of an axis that shows a span, in milliseconds. */
export function axisOf({ since, until }: Span, now: number): Axis {
  const to = until === undefined ? now : Date.parse(until);
  return { from: since === undefined ? to - LENGTHS_MS["30d"] : Date.parse(since), to };
}

/** Days are put together here from hours, so that they are days of the reader's zone, unless there are too many. */
export function bucketOf({ from, to }: Axis): "hour" | "day" {
  return (to - from) / HOUR_MS > MOST_HOURS ? "day" : "hour";
}

/** Whether an axis is by the hour. */
export function isByHour({ from, to }: Axis): boolean {
  return to - from <= 2 * LENGTHS_MS["24h"];
}

const two = (part: number) => String(part).padStart(2, "0");

/** For <input type="datetime-local">, which knows no zones: the time in the reader's. */
export function toLocalInput(at: string | null | undefined): string {
  if (at == null) return "";
  const time = new Date(at);
  // a year below 1000 is one that is still being typed: a field given fewer than four digits empties itself
  const year = String(time.getFullYear()).padStart(4, "0");
  const day = `${year}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

export function fromLocalInput(text: string): string | undefined {
  const time = text === "" ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
