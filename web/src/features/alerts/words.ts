import type { Schemas } from "@/api/client";
import type { Tone } from "@/ui/badge";
import { countText, pluralText } from "@/ui/numbers";
import type { RULE_TYPES } from "./search";

/** What rules and alerts are called on the pages. */

export type RuleType = (typeof RULE_TYPES)[number];

export const TYPE_NAMES: Record<RuleType, string> = {
  on_failure: "Latest run failed",
  failures_in_window: "Several failures",
  late: "Late",
  stuck: "Stuck",
};

export const TYPE_HINTS: Record<RuleType, string> = {
  on_failure: "Opens when the latest run has failed, closes when one succeeds.",
  failures_in_window: "Opens when too many runs failed within a time, closes when fewer did.",
  late: "Opens when a run that the pipeline expects has not started in time. Pipelines that expect none are never late.",
  stuck:
    "Opens when a run goes on for longer than the pipeline allows. Pipelines without such a limit are never stuck.",
};

export const CHANNEL_NAMES: Record<Schemas["Channel"], string> = {
  webhook: "Webhook",
  slack: "Slack",
  email: "E-mail",
};

/** 90 → "90 minutes", 120 → "2 hours", 1440 → "1 day": the largest unit that leaves no rest. */
export function minutesText(minutes: number): string {
  if (minutes % 1440 === 0) return pluralText(minutes / 1440, "day");
  if (minutes % 60 === 0) return pluralText(minutes / 60, "hour");
  return pluralText(minutes, "minute");
}

interface Condition {
  rule_type: RuleType;
  threshold: number | null;
  window_minutes: number | null;
}

/** When a rule opens an alert, as a sentence without its end. */
export function conditionText({ rule_type, threshold, window_minutes }: Condition): string {
  switch (rule_type) {
    case "on_failure":
      return "When the latest run has failed";
    case "failures_in_window": {
      const runs = threshold === 1 ? "1 run or more fails" : `${countText(threshold ?? 0)} runs or more fail`;
      return `When ${runs} within ${minutesText(window_minutes ?? 0)}`;
    }
    case "late":
      return "When a run that is expected has not started in time";
    case "stuck":
      return "When a run goes on for too long";
  }
}

interface State {
  is_open: boolean;
  acknowledged_at: string | null;
  muted_until: string | null;
  close_reason: Schemas["CloseReason"] | null;
}

const CLOSED: Record<Schemas["CloseReason"], { tone: Tone; name: string; why: string }> = {
  recovered: { tone: "ok", name: "Recovered", why: "What was found no longer holds." },
  disabled: { tone: "idle", name: "Disabled", why: "The rule, the pipeline or its client was disabled." },
  replaced: { tone: "idle", name: "Replaced", why: "A rule of a more specific scope holds instead." },
};

export function isMuted(alert: State, now: number): boolean {
  return alert.is_open && alert.muted_until !== null && Date.parse(alert.muted_until) > now;
}

/** How an alert stands, in a word. */
export function stateOf(alert: State): { tone: Tone; name: string; why?: string } {
  if (!alert.is_open) return CLOSED[alert.close_reason ?? "recovered"];
  return alert.acknowledged_at === null ? { tone: "bad", name: "Open" } : { tone: "warn", name: "Acknowledged" };
}

export const DELIVERIES: Record<Schemas["DeliveryStatus"], { tone: Tone; name: string; why: string }> = {
  waiting: { tone: "info", name: "Waiting", why: "It is to be sent, or to be tried again." },
  sending: { tone: "info", name: "Sending", why: "It is being sent." },
  delivered: { tone: "ok", name: "Sent", why: "The other side took it." },
  failed: { tone: "bad", name: "Failed", why: "The other side refused it, or it was given up after a day." },
  suppressed: { tone: "idle", name: "Not sent", why: "The alert was muted, or the rule disabled." },
  unknown: { tone: "warn", name: "Unknown", why: "Nobody can say whether it arrived. It is not sent twice." },
};
