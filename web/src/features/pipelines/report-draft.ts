import type { Schemas } from "@/api/client";
import { fromLocalInput } from "@/features/pipelines/windows";

/** A report as it is being filled in. */
export interface ReportDraft {
  readonly status: Schemas["ReportedStatus"];
  readonly external_run_id: string;
  readonly started_at: string;
  readonly finished_at: string;
  readonly rows_processed: string;
  readonly status_reason: string;
  readonly error_message: string;
  readonly payload: string;
}

export type Wrong = Partial<Record<keyof ReportDraft, string>>;

/** What cannot be sent as it stands. The API checks the rest. */
export function wrongIn(draft: ReportDraft): Wrong {
  const wrong: Wrong = {};
  if (draft.rows_processed.trim() !== "" && !/^\d+$/.test(draft.rows_processed.trim())) {
    wrong.rows_processed = "Expected a whole number, such as 120000.";
  }
  if (draft.payload.trim() !== "" && objectIn(draft.payload) === undefined) {
    wrong.payload = 'Expected a JSON object, such as {"owner": "data-team"}.';
  }
  // a run that goes on has no field for its end, which keeps what was in it
  const hasEnd = draft.status !== "running" && draft.finished_at !== "";
  if (hasEnd && draft.started_at !== "" && draft.finished_at < draft.started_at) {
    wrong.finished_at = "It cannot finish before it starts.";
  }
  return wrong;
}

/** What was left empty is left out, and so is what the status hides. */
export function reportOf(draft: ReportDraft): Schemas["RunReportBody"] {
  const text = (value: string) => (value.trim() === "" ? null : value.trim());
  return {
    status: draft.status,
    external_run_id: text(draft.external_run_id),
    started_at: fromLocalInput(draft.started_at) ?? null,
    finished_at: draft.status === "running" ? null : (fromLocalInput(draft.finished_at) ?? null),
    rows_processed: draft.rows_processed.trim() === "" ? null : Number(draft.rows_processed),
    status_reason: text(draft.status_reason),
    error_message: draft.status === "failed" ? text(draft.error_message) : null,
    payload: objectIn(draft.payload) ?? null,
  };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
