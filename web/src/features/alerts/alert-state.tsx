import { BellOff } from "lucide-react";
import type { Schemas } from "@/api/client";
import { Badge } from "@/ui/badge";
import { Time, useNow } from "@/ui/time";
import { isMuted, stateOf } from "./words";

/** How an alert stands: open or taken on, by whom, muted until when; or why and when it closed. */
export function AlertState({ alert }: { alert: Schemas["AlertBody"] }) {
  const now = useNow();
  const { tone, name, why } = stateOf(alert);
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span title={why}>
        <Badge tone={tone}>{name}</Badge>
      </span>
      {alert.is_open && alert.acknowledged_by !== null && (
        <span className="text-muted text-xs">by {alert.acknowledged_by}</span>
      )}
      {isMuted(alert, now) && (
        <span className="flex items-center gap-1 text-muted text-xs">
          <BellOff aria-hidden className="size-3.5" /> muted until <Time at={alert.muted_until} exact />
        </span>
      )}
      {!alert.is_open && (
        <span className="text-muted text-xs">
          <Time at={alert.closed_at} />
        </span>
      )}
    </div>
  );
}
