import { type FormEvent, type ReactNode, useRef, useState } from "react";
import type { Schemas } from "@/api/client";
import { asApiError } from "@/api/problem";
import { Button } from "@/ui/button";
import { type DraftErrors, draftOf, NEW_DRAFT, type RuleDraft, refusedIn, wrongIn } from "./rule-draft";
import { ChannelFields, ScopeFields, TypeField, WindowFields } from "./rule-fields";
import { RuleScope } from "./rule-scope";
import { TYPE_NAMES } from "./words";

/** A rule to be filled in. `rule`: the one that is changed; what it is for and its type stay for good. */
export function RuleForm({
  rule,
  onSend,
  onCancel,
  busy,
  error,
  action,
  onReadAgain,
}: {
  rule?: Schemas["AlertRuleBody"];
  onSend: (draft: RuleDraft) => void;
  onCancel: () => void;
  busy: boolean;
  error: unknown;
  action: string;
  onReadAgain?: () => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<RuleDraft>(() => (rule === undefined ? NEW_DRAFT : draftOf(rule)));
  const [wrong, setWrong] = useState<DraftErrors>({});
  const [touched, setTouched] = useState(false); // since it was sent: what was refused is no longer what stands here
  const problem = error == null || touched ? undefined : asApiError(error);
  const refused = problem === undefined ? undefined : refusedIn(problem);
  const shown = { ...refused?.fields, ...wrong };

  const change = (changed: Partial<RuleDraft>) => {
    const next = { ...draft, ...changed };
    setDraft(next);
    setTouched(true);
    if (Object.keys(wrong).length > 0) setWrong(wrongIn(next, rule));
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const found = wrongIn(draft, rule);
    setWrong(found);
    if (Object.keys(found).length > 0) {
      setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    setTouched(false);
    onSend(draft);
  };
  const fields = { draft, wrong: shown, onChange: change };
  const kept = rule !== undefined && rule.channel === draft.channel ? rule.masked_destination : undefined;
  return (
    <form ref={form} onSubmit={send} noValidate autoComplete="off" className="space-y-5">
      {rule === undefined ? (
        <>
          <ScopeFields {...fields} />
          <TypeField {...fields} />
        </>
      ) : (
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
          <dt className="text-muted">For</dt>
          <dd>
            <RuleScope rule={rule} />
          </dd>
          <dt className="text-muted">When</dt>
          <dd>{TYPE_NAMES[rule.rule_type]}</dd>
        </dl>
      )}
      <WindowFields {...fields} />
      <ChannelFields {...fields} kept={kept} />
      {problem?.code === "revision_mismatch" ? (
        <Note>
          <p>Somebody has changed this rule meanwhile. Read it again, then repeat your change.</p>
          <Button small className="mt-2" onClick={onReadAgain}>
            Read it again
          </Button>
        </Note>
      ) : (
        problem !== undefined &&
        refused?.rest !== undefined && (
          <Note>
            <p>{refused.rest}</p>
            <p className="mt-1 font-mono text-xs">
              {problem.code}
              {problem.requestId !== undefined && ` · request ${problem.requestId}`}
            </p>
          </Note>
        )
      )}
      <div className="flex justify-end gap-2">
        <Button disabled={busy} onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={busy}>
          {busy ? "Saving" : action}
        </Button>
      </div>
    </form>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad [overflow-wrap:anywhere]">
      {children}
    </div>
  );
}
