import type { Schemas } from "@/api/client";
import type { ApiError } from "@/api/problem";
import type { RuleType } from "./words";

type Rule = Schemas["AlertRuleBody"];
export type ScopeKind = "everywhere" | "client" | "pipeline";

/** What the form has in it, as it was typed. `destination` is left empty while the one that the rule has stays. */
export interface RuleDraft {
  scope: ScopeKind;
  clientId: string | undefined;
  pipelineId: string | undefined;
  type: RuleType;
  threshold: string;
  window: string;
  windowUnit: "1" | "60" | "1440";
  channel: Schemas["Channel"];
  destination: string;
}

export type DraftField = "client_id" | "pipeline_id" | "threshold" | "window_minutes" | "destination" | "channel";
export type DraftErrors = Partial<Record<DraftField, string>>;

const MOST_FAILURES = 1_000_000;
const MOST_MINUTES = 527_040;

export const NEW_DRAFT: RuleDraft = {
  scope: "everywhere",
  clientId: undefined,
  pipelineId: undefined,
  type: "on_failure",
  threshold: "3",
  window: "1",
  windowUnit: "60",
  channel: "webhook",
  destination: "",
};

export function draftOf(rule: Rule): RuleDraft {
  const minutes = rule.window_minutes ?? 60;
  const windowUnit = minutes % 1440 === 0 ? "1440" : minutes % 60 === 0 ? "60" : "1";
  return {
    scope: rule.pipeline_id !== null ? "pipeline" : rule.client_id !== null ? "client" : "everywhere",
    clientId: rule.client_id ?? undefined,
    pipelineId: rule.pipeline_id ?? undefined,
    type: rule.rule_type,
    threshold: String(rule.threshold ?? 3),
    window: String(minutes / Number(windowUnit)),
    windowUnit,
    channel: rule.channel,
    destination: "",
  };
}

function wholeNumber(typed: string): number | undefined {
  return /^\d{1,12}$/.test(typed.trim()) ? Number(typed) : undefined;
}

const minutesOf = (draft: RuleDraft) => (wholeNumber(draft.window) ?? 0) * Number(draft.windowUnit);

/** What keeps the draft from being sent. `rule`: the one that is changed, if there is one. */
export function wrongIn(draft: RuleDraft, rule?: Rule): DraftErrors {
  const wrong: DraftErrors = {};
  if (rule === undefined && draft.scope === "client" && draft.clientId === undefined) {
    wrong.client_id = "Choose a client from the list.";
  }
  if (rule === undefined && draft.scope === "pipeline" && draft.pipelineId === undefined) {
    wrong.pipeline_id = "Choose a pipeline from the list.";
  }
  if (draft.type === "failures_in_window") {
    const threshold = wholeNumber(draft.threshold);
    if (threshold === undefined || threshold < 1 || threshold > MOST_FAILURES) {
      wrong.threshold = "Give a whole number from 1 to 1,000,000.";
    }
    const minutes = minutesOf(draft);
    if (minutes < 1) wrong.window_minutes = "Give a whole number above 0.";
    else if (minutes > MOST_MINUTES) wrong.window_minutes = "Give at most 366 days.";
  }
  if (draft.destination.trim() === "" && rule?.channel !== draft.channel) {
    wrong.destination =
      rule === undefined ? "Say where messages go." : "Another channel needs a destination of its own.";
  }
  return wrong;
}

export function newRuleOf(draft: RuleDraft): Schemas["NewAlertRuleBody"] {
  const counts = draft.type === "failures_in_window";
  return {
    rule_type: draft.type,
    channel: draft.channel,
    destination: draft.destination.trim(),
    is_enabled: true,
    ...(draft.scope === "client" && draft.clientId !== undefined ? { client_id: draft.clientId } : {}),
    ...(draft.scope === "pipeline" && draft.pipelineId !== undefined ? { pipeline_id: draft.pipelineId } : {}),
    ...(counts ? { threshold: Number(draft.threshold), window_minutes: minutesOf(draft) } : {}),
  };
}

/** What is different from the rule; what is left out stays, the destination above all. */
export function changeOf(draft: RuleDraft, rule: Rule): Schemas["ChangeAlertRuleBody"] {
  const change: Schemas["ChangeAlertRuleBody"] = {};
  if (draft.type === "failures_in_window") {
    if (Number(draft.threshold) !== rule.threshold) change.threshold = Number(draft.threshold);
    if (minutesOf(draft) !== rule.window_minutes) change.window_minutes = minutesOf(draft);
  }
  if (draft.channel !== rule.channel) change.channel = draft.channel;
  if (draft.destination.trim() !== "") change.destination = draft.destination.trim();
  return change;
}

const FIELDS: readonly string[] = [
  "client_id",
  "pipeline_id",
  "threshold",
  "window_minutes",
  "destination",
  "channel",
] satisfies DraftField[];

/** What the API says of fields of the form; `rest`: what belongs to none of them. */
export function refusedIn(problem: ApiError): { fields: DraftErrors; rest: string | undefined } {
  const fields: DraftErrors = {};
  for (const { field, message } of problem.fields) {
    if (FIELDS.includes(field)) fields[field as DraftField] ??= message; // it is one of them, as was just asked
  }
  if (problem.code === "alert_rule_exists") {
    fields.destination = "There is an enabled rule of this type for the same scope and destination already.";
  }
  return { fields, rest: Object.keys(fields).length > 0 ? undefined : problem.message };
}
