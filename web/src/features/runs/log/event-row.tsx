import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { Schemas } from "@/api/client";
import { classNames } from "@/ui/class-names";
import { utcText } from "@/ui/times";

type Event = Schemas["EventBody"];

const LEVELS = {
  info: { icon: Info, classes: "text-muted", label: "Info" },
  warning: { icon: TriangleAlert, classes: "text-warn", label: "Warning" },
  error: { icon: CircleAlert, classes: "text-bad", label: "Error" },
} as const;

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

export function EventRow({ event }: { event: Event }) {
  const level = LEVELS[event.level];
  const Icon = level.icon;
  const hasMore = Object.keys(event.payload).length > 0;
  return (
    <div
      className={classNames(
        "grid grid-cols-[auto_auto_1fr] items-start gap-x-3 border-line border-b px-4 py-1.5 last:border-0 md:grid-cols-[auto_auto_11rem_1fr]",
        event.level === "error" && "bg-bad-soft",
        event.level === "warning" && "bg-warn-soft",
      )}
    >
      <time
        dateTime={event.at}
        title={utcText(event.at)}
        className="font-mono text-muted text-xs leading-5 tabular-nums"
      >
        {clock.format(new Date(event.at))}
      </time>
      <Icon aria-label={level.label} role="img" className={classNames("mt-0.5 size-4", level.classes)} />
      <code className="font-mono text-xs leading-5">{event.code}</code>
      <div className="col-span-3 min-w-0 md:col-span-1">
        <p className="break-words leading-5">{event.message}</p>
        {hasMore && (
          <details className="text-muted text-xs">
            <summary className="w-fit hover:text-ink">Details</summary>
            <pre className="mt-1 overflow-x-auto rounded bg-sunken p-2 font-mono whitespace-pre-wrap break-words">
              {JSON.stringify(event.payload, undefined, 2)}
            </pre>
          </details>
        )}
      </div>
    </div>
  );
}
