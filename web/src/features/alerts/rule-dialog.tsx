import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { Dialog } from "@/ui/dialog";
import { Failure, Loading } from "@/ui/state";
import { say } from "@/ui/toast";
import { ruleQuery } from "./queries";
import { useChangeRule, useCreateRule } from "./rule-actions";
import { changeOf, newRuleOf } from "./rule-draft";
import { RuleForm } from "./rule-form";
import { SecretNote } from "./secret-note";

const SECRET_TITLE = "The webhook's signing secret";

/** While a rule is saved the dialog stays: the answer may bring a secret, and nothing else could show it. */
const stay = () => {};

export function NewRuleDialog({ onClose }: { onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const create = useCreateRule();
  const close = create.isPending ? stay : onClose;
  return (
    <Dialog
      open
      onClose={close}
      firm={create.isPending || secret !== undefined}
      title={secret === undefined ? "New rule" : SECRET_TITLE}
      about={secret === undefined ? "Says when somebody is told of pipelines, and where." : "The rule is created."}
    >
      {secret === undefined ? (
        <RuleForm
          action="Create the rule"
          busy={create.isPending}
          error={create.error}
          onCancel={close}
          onSend={(draft) =>
            create.mutate(newRuleOf(draft), {
              onSuccess: ({ signing_secret }) => {
                if (signing_secret !== null) return setSecret(signing_secret);
                say("The rule is created");
                onClose();
              },
            })
          }
        />
      ) : (
        <SecretNote secret={secret} onClose={onClose} />
      )}
    </Dialog>
  );
}

export function EditRuleDialog({ ruleId, onClose }: { ruleId: string; onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const [reads, setReads] = useState(0);
  // what was read before is no basis of a change
  const { data, error, refetch, isFetchedAfterMount } = useQuery({ ...ruleQuery(ruleId), staleTime: 0 });
  const change = useChangeRule(ruleId);
  const close = change.isPending ? stay : onClose;
  const readAgain = () =>
    void refetch().then(() => {
      change.reset();
      setReads(reads + 1);
    });
  return (
    <Dialog
      open
      onClose={close}
      firm={change.isPending || secret !== undefined}
      title={secret === undefined ? "Edit the rule" : SECRET_TITLE}
      about={
        secret === undefined
          ? "What a rule is for and its type stay for good. For another, disable it and make a new one."
          : "The rule is changed."
      }
    >
      {secret !== undefined ? (
        <SecretNote secret={secret} onClose={onClose} />
      ) : data !== undefined && isFetchedAfterMount ? (
        <EditForm
          key={reads}
          {...data}
          onReadAgain={readAgain}
          change={change}
          onCancel={close}
          onDone={(made) => {
            if (made !== null) return setSecret(made);
            say("The rule is changed");
            onClose();
          }}
        />
      ) : error !== null ? (
        <Failure error={error} onRetry={readAgain} />
      ) : (
        <Loading rows={4} what="Loading the rule" />
      )}
    </Dialog>
  );
}

function EditForm({
  body,
  etag,
  change,
  onReadAgain,
  onCancel,
  onDone,
}: {
  body: Schemas["AlertRuleBody"];
  etag: string;
  change: ReturnType<typeof useChangeRule>;
  onReadAgain: () => void;
  onCancel: () => void;
  onDone: (madeSecret: string | null) => void;
}) {
  // what the reader sees is what the change is of, whatever is fetched meanwhile
  const [seen] = useState({ body, etag });
  return (
    <RuleForm
      rule={seen.body}
      action="Save"
      busy={change.isPending}
      error={change.error}
      onCancel={onCancel}
      onReadAgain={onReadAgain}
      onSend={(draft) =>
        change.mutate(
          { body: changeOf(draft, seen.body), etag: seen.etag },
          { onSuccess: ({ signing_secret }) => onDone(signing_secret) },
        )
      }
    />
  );
}
