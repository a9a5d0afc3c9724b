import type { Schemas } from "@/api/client";

export type RunType = Schemas["RunType"];

/** What an upload may be, with the words that people choose by. */
export const RUN_TYPES: readonly { value: RunType; label: string }[] = [
  { value: "archive", label: "Archive" },
  { value: "app_bundle", label: "App bundle" },
  { value: "instance_etc", label: "Instance etc" },
  { value: "ds_etc", label: "DS etc" },
  { value: "single_conf", label: "Single .conf" },
  { value: "document", label: "Document" },
];

export function typeLabel(type: RunType): string {
  return RUN_TYPES.find(({ value }) => value === type)?.label ?? type;
}

export function asRunType(value: string): RunType | undefined {
  return RUN_TYPES.find((one) => one.value === value)?.value;
}

/** Types whose content is an archive: only of those can what is inside become documents. */
export function isArchive(type: RunType): boolean {
  return type !== "single_conf" && type !== "document";
}
