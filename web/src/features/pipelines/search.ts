import type { Schemas } from "@/api/client";
import { known, oneIn, type Raw, textIn } from "@/app/search";

/** Worst first, as the API ranks them. */
export const HEALTHS = [
  "stuck",
  "missing",
  "late",
  "failing",
  "unknown",
  "healthy",
  "disabled",
] as const satisfies readonly Schemas["Health"][];
export const PLATFORMS = [
  "airflow",
  "dbt",
  "cron",
  "vendor_api",
  "custom",
] as const satisfies readonly Schemas["Platform"][];
export const ENVIRONMENTS = ["dev", "staging", "prod"] as const satisfies readonly Schemas["Environment"][];
export const STATUSES = [
  "running",
  "success",
  "failed",
  "canceled",
  "skipped",
] as const satisfies readonly Schemas["ReportedStatus"][];
/** Lengths of time that end now, and one that the reader names. */
export const WINDOWS = ["24h", "7d", "30d", "own"] as const;

/** A time that can be read, whatever zone it names. */
function timeIn(raw: Raw, name: string): string | undefined {
  const text = textIn(raw, name);
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : text;
}

interface AskedWindow {
  window: (typeof WINDOWS)[number] | undefined;
  since: string | undefined;
  until: string | undefined;
}

function windowIn(raw: Raw): AskedWindow {
  const window = oneIn(raw, "window", WINDOWS);
  // two times in a link mean what they say, also when the name beside them is missing
  const since = timeIn(raw, "since");
  const end = timeIn(raw, "until");
  const until = since !== undefined && end !== undefined && Date.parse(end) <= Date.parse(since) ? undefined : end;
  if (window !== undefined && window !== "own") return { window, since: undefined, until: undefined };
  const own = window ?? (since !== undefined || until !== undefined ? "own" : undefined);
  return { window: own, since, until };
}

export function readPipelinesSearch(raw: Raw) {
  return known({
    view: oneIn(raw, "view", ["list"]),
    text: textIn(raw, "text"),
    platform: oneIn(raw, "platform", PLATFORMS),
    environment: oneIn(raw, "environment", ENVIRONMENTS),
    /** `attention`: all that somebody should look at. */
    health: oneIn(raw, "health", [...HEALTHS, "attention"]),
    disabled: raw["disabled"] === true || raw["disabled"] === "true" ? true : undefined,
    cursor: textIn(raw, "cursor"),
  });
}

export function readClientSearch(raw: Raw) {
  return known(windowIn(raw));
}

export function readPipelineSearch(raw: Raw) {
  return known({
    ...windowIn(raw),
    status: oneIn(raw, "status", STATUSES),
    order: oneIn(raw, "order", ["asc"]),
    cursor: textIn(raw, "cursor"),
    /** The run whose details are shown. */
    run: textIn(raw, "run"),
  });
}

export type PipelinesSearch = ReturnType<typeof readPipelinesSearch>;
export type PipelineSearch = ReturnType<typeof readPipelineSearch>;
export type WindowSearch = ReturnType<typeof readClientSearch>;
