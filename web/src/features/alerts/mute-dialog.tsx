import { type FormEvent, useState } from "react";
import { asApiError } from "@/api/problem";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { useNow } from "@/ui/time";
import { localText } from "@/ui/times";
import { say } from "@/ui/toast";
import { useMute } from "./actions";
import { localInput, MUTE_CHOICES, MUTE_NAMES, type MuteChoice, muteUntil, ownTime } from "./mute-times";

/** Says nothing of an alert until a time that the reader chooses. */
export function MuteDialog({ alertId, onClose }: { alertId: string; onClose: () => void }) {
  const now = new Date(useNow());
  const [choice, setChoice] = useState<MuteChoice | "own">("1h");
  const [own, setOwn] = useState(() => localInput(muteUntil("4h", new Date())));
  const [wrong, setWrong] = useState<string>();
  const mute = useMute(alertId);
  const refused = mute.isError ? asApiError(mute.error).message : undefined;

  const send = (event: FormEvent) => {
    event.preventDefault();
    const asked = choice === "own" ? ownTime(own, new Date()) : { until: muteUntil(choice, new Date()) };
    if ("wrong" in asked) {
      setWrong(asked.wrong);
      return;
    }
    setWrong(undefined);
    mute.mutate(asked.until, {
      onSuccess: () => {
        say(`Muted until ${localText(asked.until.toISOString())}`);
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Mute the alert"
      about="While it is muted, nobody is told of it, not even that it closes."
    >
      <form onSubmit={send} noValidate>
        <fieldset>
          <legend className="sr-only">For how long</legend>
          <div className="divide-y divide-line overflow-hidden rounded-md border border-line">
            {MUTE_CHOICES.map((one) => (
              <label key={one} className="flex cursor-pointer items-center gap-3 px-3 py-2.5 hover:bg-sunken">
                <input
                  type="radio"
                  name="until"
                  className="size-4 accent-accent"
                  checked={choice === one}
                  onChange={() => setChoice(one)}
                />
                <span className="flex-1">{MUTE_NAMES[one]}</span>
                <span className="text-muted text-xs">{localText(muteUntil(one, now).toISOString())}</span>
              </label>
            ))}
            <label className="flex cursor-pointer items-center gap-3 px-3 py-2.5 hover:bg-sunken">
              <input
                type="radio"
                name="until"
                className="size-4 accent-accent"
                checked={choice === "own"}
                onChange={() => setChoice("own")}
              />
              <span>Until another time</span>
            </label>
          </div>
        </fieldset>
        {choice === "own" && (
          <Field label="Until" hint="In your time zone." error={wrong ?? refused} className="mt-4">
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                min={localInput(now)}
                value={own}
                onChange={(event) => setOwn(event.target.value)}
              />
            )}
          </Field>
        )}
        {choice !== "own" && refused !== undefined && (
          <p role="alert" className="mt-3 text-bad text-xs">
            {refused}
          </p>
        )}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={mute.isPending}>
            {mute.isPending ? "Muting" : "Mute"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
