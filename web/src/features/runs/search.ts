import { known, oneIn, type Raw, textIn } from "@/app/search";

export const RUN_STATUSES = ["pending", "stored", "parsing", "normalized", "resolved", "complete", "failed"] as const;
export const RUN_TYPES = ["ds_etc", "instance_etc", "app_bundle", "archive", "single_conf", "document"] as const;
export const RUN_TABS = ["overview", "files", "documents", "jobs", "log", "artifacts"] as const;
export type RunTab = (typeof RUN_TABS)[number];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function dayIn(raw: Raw, name: string): string | undefined {
  const text = textIn(raw, name);
  return text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

function countIn(raw: Raw, name: string): number | undefined {
  const count = Number(textIn(raw, name));
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

/** `from` and `until` are days in the reader's zone, both inclusive. */
export function readRunsSearch(raw: Raw) {
  return known({
    type: oneIn(raw, "type", RUN_TYPES),
    status: oneIn(raw, "status", RUN_STATUSES),
    label: textIn(raw, "label"),
    owner: textIn(raw, "owner"),
    from: dayIn(raw, "from"),
    until: dayIn(raw, "until"),
    order: oneIn(raw, "order", ["asc"]),
    cursor: textIn(raw, "cursor"),
  });
}

/**
 * `file` is the path of what is looked at, since ids change when a run is read again; `copy` counts files with the same
 * path; `artifact` is an id.
 */
export function readRunSearch(raw: Raw) {
  return known({
    tab: oneIn(raw, "tab", RUN_TABS),
    find: textIn(raw, "find"),
    file: textIn(raw, "file"),
    copy: countIn(raw, "copy"),
    line: countIn(raw, "line"),
    level: oneIn(raw, "level", ["warning", "error"]),
    artifact: textIn(raw, "artifact"),
  });
}

export type RunsSearch = ReturnType<typeof readRunsSearch>;
export type RunSearch = ReturnType<typeof readRunSearch>;
