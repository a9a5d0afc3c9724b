import type { Schemas } from "@/api/client";
import { HEALTH } from "@/features/pipelines/health";
import { ENVIRONMENTS, HEALTHS, PLATFORMS, STATUSES } from "@/features/pipelines/search";
import type { Tone } from "@/ui/badge";
import type { Choice } from "@/ui/field";

export const PLATFORM: Readonly<Record<Schemas["Platform"], string>> = {
  airflow: "Airflow",
  dbt: "dbt",
  cron: "cron",
  vendor_api: "Vendor API",
  custom: "Custom",
};

export const ENVIRONMENT: Readonly<Record<Schemas["Environment"], string>> = {
  dev: "Development",
  staging: "Staging",
  prod: "Production",
};

export const TYPE: Readonly<Record<Schemas["PipelineType"], string>> = {
  ingestion: "Ingestion",
  transform: "Transform",
  quality: "Quality",
  export: "Export",
  healthcheck: "Health check",
};

export const STATUS: Readonly<Record<Schemas["ReportedStatus"], { word: string; tone: Tone }>> = {
  running: { word: "Running", tone: "info" },
  success: { word: "Success", tone: "ok" },
  failed: { word: "Failed", tone: "bad" },
  canceled: { word: "Canceled", tone: "warn" },
  skipped: { word: "Skipped", tone: "idle" },
};

export const PLATFORM_CHOICES: readonly Choice[] = PLATFORMS.map((value) => ({ value, label: PLATFORM[value] }));
export const ENVIRONMENT_CHOICES: readonly Choice[] = ENVIRONMENTS.map((value) => ({
  value,
  label: ENVIRONMENT[value],
}));
export const TYPES = Object.keys(TYPE) as Schemas["PipelineType"][]; // the record has exactly these keys
export const TYPE_CHOICES: readonly Choice[] = TYPES.map((value) => ({ value, label: TYPE[value] }));
export const STATUS_CHOICES: readonly Choice[] = STATUSES.map((value) => ({ value, label: STATUS[value].word }));
export const HEALTH_CHOICES: readonly Choice[] = [
  { value: "attention", label: "Needs attention" },
  ...HEALTHS.map((value) => ({ value, label: HEALTH[value].word })),
];

/** What `value` is among `all`; what a select says is only a string. */
export function oneOf<const T extends string>(value: string | undefined, all: readonly T[]): T | undefined {
  return all.find((one) => one === value);
}
