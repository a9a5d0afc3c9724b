import { type FormEvent, useState } from "react";
import { asApiError } from "@/api/problem";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { say } from "@/ui/toast";
import { useAcknowledge } from "./actions";
import { keepName, lastName } from "./reader-name";

/** Takes an alert on, under a name if the reader gives one. */
export function AcknowledgeDialog({ alertId, onClose }: { alertId: string; onClose: () => void }) {
  const [by, setBy] = useState(lastName);
  const acknowledge = useAcknowledge(alertId);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const name = by.trim();
    acknowledge.mutate(name, {
      onSuccess: () => {
        keepName(name);
        say("The alert is acknowledged");
        onClose();
      },
    });
  };
  return (
    <Dialog open onClose={onClose} title="Acknowledge the alert" about="It stays open until the pipeline recovers.">
      <form onSubmit={send} className="space-y-4">
        <Field
          label="Your name"
          hint="Others see who looks after it. May be left empty."
          error={acknowledge.isError ? asApiError(acknowledge.error).message : undefined}
        >
          {(control) => (
            <Input
              {...control}
              name="name"
              autoComplete="name"
              maxLength={200}
              value={by}
              onChange={(event) => setBy(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={acknowledge.isPending}>
            {acknowledge.isPending ? "Acknowledging" : "Acknowledge"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
