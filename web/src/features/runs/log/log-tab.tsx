import { useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowDownToLine, ScrollText } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { useLiveState } from "@/api/live";
import { useLive } from "@/app/context";
import { known, oneIn } from "@/app/search";
import { EventRow } from "@/features/runs/log/event-row";
import { atLeast } from "@/features/runs/log/levels";
import { useFollow } from "@/features/runs/log/use-follow";
import { MOST_EVENTS } from "@/features/runs/queries";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { FilterSelect } from "@/ui/field";
import { countText, pluralText } from "@/ui/numbers";
import { Empty, Failure, Loading, NotUpToDate } from "@/ui/state";

type Event = Schemas["EventBody"];

const SHOWN_AT_ONCE = 500;

interface Props {
  events: readonly Event[];
  isLoading: boolean;
  error: unknown;
  onRetry: () => void;
}

/** What happens to the run and its jobs, as it happens. It stays at its end until one scrolls up. */
export function LogTab({ events, isLoading, error, onRetry }: Props) {
  const { level } = useSearch({ from: "/runs/$runId" });
  const navigate = useNavigate({ from: "/runs/$runId" });
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const live = useLiveState(useLive());
  const wanted = atLeast(events, level);
  const rows = wanted.slice(-shown);
  const follow = useFollow(rows.at(-1)?.position);
  if (isLoading) {
    return (
      <Card flush>
        <Loading what="Loading the events" />
      </Card>
    );
  }
  if (error !== null && events.length === 0) {
    return (
      <Card flush>
        <Failure error={error} onRetry={onRetry} />
      </Card>
    );
  }
  return (
    <Card
      flush
      title={
        level === undefined
          ? pluralText(events.length, "event")
          : `${countText(wanted.length)} of ${pluralText(events.length, "event")}`
      }
      actions={
        <>
          <span className="text-muted text-xs">{live === "live" ? "Live" : "Looked at every few seconds"}</span>
          <FilterSelect
            label="Level"
            any="All"
            value={level}
            choices={[
              { value: "warning", label: "Warnings and errors" },
              { value: "error", label: "Errors" },
            ]}
            onChange={(value) =>
              void navigate({
                search: (now) => known({ ...now, level: oneIn({ value }, "value", ["warning", "error"]) }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        </>
      }
    >
      {error !== null && <NotUpToDate error={error} />}
      {rows.length === 0 && (
        <Empty
          title={events.length === 0 ? "Nothing is recorded" : "No event is of this level"}
          icon={<ScrollText strokeWidth={1.5} />}
        >
          {events.length === 0 && "Events are kept for a while only; the settings say for how long."}
        </Empty>
      )}
      <div className="relative">
        <div
          ref={follow.box}
          role="log"
          aria-label="Events of the run"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
          tabIndex={0}
          onScroll={follow.onScroll}
          className="max-h-[34rem] overflow-auto overscroll-contain focus-visible:outline-offset-[-2px]"
        >
          {wanted.length > shown && (
            <div className="border-line border-b p-2 text-center">
              <Button small onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
                Show earlier events
              </Button>
            </div>
          )}
          {rows.map((event) => (
            <EventRow key={event.position} event={event} />
          ))}
          {events.length >= MOST_EVENTS && (
            <p className="p-2 text-center text-muted text-xs">
              The API has further events; these are the first {countText(MOST_EVENTS)}.
            </p>
          )}
        </div>
        {!follow.isFollowing && (
          <Button small className="absolute right-4 bottom-3 shadow" onClick={follow.toEnd}>
            <ArrowDownToLine aria-hidden className="size-4" /> To the newest
          </Button>
        )}
      </div>
    </Card>
  );
}
