import { AlertTriangle } from "lucide-react";
import { concernOf } from "@/features/system/activity";
import type { Activity, System } from "@/features/system/queries";
import { Card } from "@/ui/card";
import { countText, durationText } from "@/ui/numbers";

/** How many jobs wait and run, and what is not as it should be. */
export function ActivityCard({ system }: { system: System }) {
  const concern = concernOf(system);
  return (
    <Card title="Queue">
      <div role="status">
        {concern !== undefined && (
          <p
            className={`mb-4 flex items-start gap-2 rounded-md px-3 py-2 ${
              concern.tone === "bad" ? "bg-bad-soft text-bad" : "bg-warn-soft text-warn"
            }`}
          >
            <AlertTriangle aria-hidden className="mt-0.5 size-4 shrink-0" />
            {concern.text}
          </p>
        )}
      </div>
      {system.activity !== null && <Depth activity={system.activity} />}
    </Card>
  );
}

function Depth({ activity }: { activity: Activity }) {
  const figures = [
    { name: "Running", value: countText(activity.running), about: "in a worker's hands" },
    { name: "Queued", value: countText(activity.queued), about: "wait for a worker or their next attempt" },
    {
      name: "Due now",
      value: countText(activity.due),
      about: activity.due === 0 ? "none waits for a worker" : `the oldest for ${durationText(activity.waited_seconds)}`,
    },
  ];
  return (
    <dl className="grid grid-cols-3 gap-4">
      {figures.map(({ name, value, about }) => (
        <div key={name} className="flex min-w-0 flex-col">
          <dt className="order-1 text-muted text-xs">{name}</dt>
          <dd className="order-2">
            <span className="font-semibold text-2xl tabular-nums">{value}</span>
            <span className="block text-muted text-xs">{about}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
