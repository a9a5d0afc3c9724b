import { BellOff, BellRing, Check } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { Button } from "@/ui/button";
import { useNow } from "@/ui/time";
import { say, sayFailed } from "@/ui/toast";
import { AcknowledgeDialog } from "./acknowledge-dialog";
import { useUnmute } from "./actions";
import { MuteDialog } from "./mute-dialog";
import { isMuted } from "./words";

/** What the reader can do with an open alert: nothing with one that is closed. */
export function AlertActions({ alert }: { alert: Schemas["AlertBody"] }) {
  const [asked, setAsked] = useState<"acknowledge" | "mute">();
  const unmute = useUnmute(alert.id);
  const now = useNow();
  if (!alert.is_open) return null;
  const close = () => setAsked(undefined);
  return (
    <>
      <div className="flex gap-2">
        {alert.acknowledged_at === null && (
          <Button small onClick={() => setAsked("acknowledge")}>
            <Check aria-hidden className="size-3.5" /> Acknowledge
          </Button>
        )}
        {isMuted(alert, now) ? (
          <Button
            small
            disabled={unmute.isPending}
            onClick={() =>
              unmute.mutate(undefined, {
                onSuccess: () => say("The alert is no longer muted"),
                onError: (error) => sayFailed("The alert could not be unmuted", error),
              })
            }
          >
            <BellRing aria-hidden className="size-3.5" /> Unmute
          </Button>
        ) : (
          <Button small onClick={() => setAsked("mute")}>
            <BellOff aria-hidden className="size-3.5" /> Mute
          </Button>
        )}
      </div>
      {asked === "acknowledge" && <AcknowledgeDialog alertId={alert.id} onClose={close} />}
      {asked === "mute" && <MuteDialog alertId={alert.id} onClose={close} />}
    </>
  );
}
