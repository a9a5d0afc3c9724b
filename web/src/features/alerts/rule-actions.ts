import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "@/api/client";

type Rule = Schemas["AlertRuleBody"];

/** Changes of rules. Destinations and secrets are in what is sent and answered, so nothing of it is kept (`gcTime` 0). */

function useRulesChanged() {
  const queries = useQueryClient();
  return async () => {
    // another set of rules opens and closes alerts
    await Promise.all(["rules", "alerts"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}

export function useCreateRule() {
  const changed = useRulesChanged();
  return useMutation({
    mutationFn: (body: Schemas["NewAlertRuleBody"]) => answer(api.POST("/v1/alert-rules", { body })),
    onSuccess: () => void changed(), // not waited for: a secret is shown at once
    gcTime: 0,
  });
}

export function useChangeRule(ruleId: string) {
  const changed = useRulesChanged();
  return useMutation({
    /** `etag`: of the rule as it was read. */
    mutationFn: ({ body, etag }: { body: Schemas["ChangeAlertRuleBody"]; etag: string }) =>
      answer(
        api.PATCH("/v1/alert-rules/{rule_id}", {
          params: { path: { rule_id: ruleId }, header: { "If-Match": etag } },
          body,
        }),
      ),
    onSuccess: () => void changed(), // not waited for: a secret is shown at once
    gcTime: 0,
  });
}

const etagOf = (rule: Rule) => `"${rule.revision}"`;

/** Enables or disables the rule as the list shows it. */
export function useSwitchRule(rule: Rule) {
  const changed = useRulesChanged();
  const params = { path: { rule_id: rule.id }, header: { "If-Match": etagOf(rule) } };
  return useMutation({
    mutationFn: async (isEnabled: boolean) => {
      if (isEnabled) await answer(api.PATCH("/v1/alert-rules/{rule_id}", { params, body: { is_enabled: true } }));
      else await answer(api.DELETE("/v1/alert-rules/{rule_id}", { params }));
    },
    onSettled: changed, // a refusal may mean that the list is old
    gcTime: 0,
  });
}
