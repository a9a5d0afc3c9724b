import { known, oneIn, type Raw, textIn } from "@/app/search";

export const RULE_TYPES = ["on_failure", "failures_in_window", "late", "stuck"] as const;

/** `state`: left out means open. `closedCursor`: the place among closed alerts, where open ones are shown above them. */
export function readAlertsSearch(raw: Raw) {
  return known({
    tab: oneIn(raw, "tab", ["rules"]),
    state: oneIn(raw, "state", ["closed", "all"]),
    acknowledged: oneIn(raw, "acknowledged", ["yes", "no"]),
    type: oneIn(raw, "type", RULE_TYPES),
    client: textIn(raw, "client"),
    pipeline: textIn(raw, "pipeline"),
    rule: textIn(raw, "rule"),
    enabled: oneIn(raw, "enabled", ["yes", "no"]),
    cursor: textIn(raw, "cursor"),
    closedCursor: textIn(raw, "closedCursor"),
    alert: textIn(raw, "alert"),
  });
}

export type AlertsSearch = ReturnType<typeof readAlertsSearch>;
