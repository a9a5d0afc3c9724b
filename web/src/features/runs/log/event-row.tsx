import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useState } from "react";
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
  const [isOpen, setOpen] = useState(false);
  const level = LEVELS[event.level];
  const Icon = level.icon;
  return (
    <div
      className={classNames(
        "border-line border-b px-4 py-1.5 last:border-0",
        event.level === "error" && "bg-bad-soft",
        event.level === "warning" && "bg-warn-soft",
      )}
    >
      <div className="flex flex-wrap items-start gap-x-3">
        <time
          dateTime={event.at}
          title={utcText(event.at)}
          className="font-mono text-muted text-xs leading-5 tabular-nums"
        >
          {clock.format(new Date(event.at))}
        </time>
        <Icon aria-label={level.label} role="img" className={classNames("mt-0.5 size-4", level.classes)} />
        <code className="font-mono text-xs leading-5 md:w-44">{event.code}</code>
        <p className="order-1 w-full min-w-0 break-words leading-5 md:order-none md:w-auto md:flex-1">
          {event.message}
        </p>
        {Object.keys(event.payload).length > 0 && (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={`Details of ${event.code}`}
            onClick={() => setOpen(!isOpen)}
            className="ml-auto text-muted text-xs leading-5 hover:text-ink hover:underline"
          >
            {isOpen ? "Less" : "Details"}
          </button>
        )}
      </div>
      {isOpen && (
        <pre className="mt-1 overflow-x-auto rounded bg-sunken p-2 font-mono text-xs whitespace-pre-wrap break-words">
          {JSON.stringify(event.payload, undefined, 2)}
        </pre>
      )}
    </div>
  );
}
