import { useState } from "react";
import type { Schemas } from "@/api/client";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { say, sayFailed } from "@/ui/toast";
import { useSwitchRule } from "./rule-actions";

/** Disables a rule, once the reader has confirmed it, or enables it again. */
export function RuleSwitch({ rule }: { rule: Schemas["AlertRuleBody"] }) {
  const [asked, setAsked] = useState(false);
  const change = useSwitchRule(rule);
  const turn = (isEnabled: boolean) =>
    change.mutate(isEnabled, {
      onSuccess: () => say(isEnabled ? "The rule is enabled" : "The rule is disabled"),
      onError: (error) => sayFailed(`The rule could not be ${isEnabled ? "enabled" : "disabled"}`, error),
      onSettled: () => setAsked(false),
    });
  if (!rule.is_enabled) {
    return (
      <Button small disabled={change.isPending} onClick={() => turn(true)}>
        Enable
      </Button>
    );
  }
  return (
    <>
      <Button small onClick={() => setAsked(true)}>
        Disable
      </Button>
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        onConfirm={() => turn(false)}
        busy={change.isPending}
        title="Disable the rule?"
        action="Disable the rule"
      >
        Its open alerts close, and nobody is told of that. Where it was the most specific rule of its type, the next
        wider one holds instead. It can be enabled again.
      </Confirm>
    </>
  );
}
