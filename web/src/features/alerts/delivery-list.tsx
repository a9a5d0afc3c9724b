import type { Schemas } from "@/api/client";
import { Badge } from "@/ui/badge";
import { pluralText } from "@/ui/numbers";
import { Time } from "@/ui/time";
import { DELIVERIES } from "./words";

type Delivery = Schemas["DeliveryBody"];

/** The messages about an alert: what became of each, and why. */
export function DeliveryList({ deliveries }: { deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0) return <p className="text-muted">There are no messages about it.</p>;
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {deliveries.map((delivery) => (
        <DeliveryItem key={delivery.id} delivery={delivery} />
      ))}
    </ul>
  );
}

function DeliveryItem({ delivery }: { delivery: Delivery }) {
  const { tone, name, why } = DELIVERIES[delivery.status];
  return (
    <li className="px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tone}>{name}</Badge>
        <span className="font-medium">{delivery.transition === "opened" ? "That it opened" : "That it recovered"}</span>
        <span className="text-muted text-xs">
          <Time at={delivery.updated_at} />
          {delivery.attempts > 0 && `, ${pluralText(delivery.attempts, "attempt")}`}
        </span>
      </div>
      <p className="mt-1 text-muted text-xs">
        {why}
        {delivery.status === "waiting" && delivery.attempts > 0 && (
          <>
            {" "}
            Next attempt: <Time at={delivery.not_before} />
          </>
        )}
      </p>
      {delivery.last_error !== null && (
        <p className="mt-1 text-bad text-xs [overflow-wrap:anywhere]">{delivery.last_error}</p>
      )}
    </li>
  );
}
