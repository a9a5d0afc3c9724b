import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LINK, Nothing, Part } from "@/features/overview/part";
import { openAlertsQuery } from "@/features/overview/queries";
import { atLeast } from "@/features/overview/verdict";
import { Badge } from "@/ui/badge";
import { Time } from "@/ui/time";

const FEW = 4;

/** The alerts that were opened last and still are. */
export function AlertsPart() {
  return (
    <Part
      title="Open alerts"
      query={useQuery(openAlertsQuery)}
      link={
        <Link to="/alerts" className={LINK}>
          All alerts
        </Link>
      }
    >
      {(open) =>
        open.items.length === 0 ? (
          <Nothing>No alert is open.</Nothing>
        ) : (
          <>
            <ul>
              {open.items.slice(0, FEW).map((alert) => (
                <li key={alert.id} className="border-line border-b last:border-0">
                  <Link
                    to="/alerts"
                    search={{ alert: alert.id }}
                    className="flex items-start justify-between gap-3 px-4 py-2.5 hover:bg-sunken/70"
                  >
                    <span className="min-w-0">
                      <span className="block truncate">
                        <span className="font-medium">{alert.pipeline_name}</span>{" "}
                        <span className="text-muted text-xs">{alert.client_name}</span>
                      </span>
                      <span className="line-clamp-2 text-muted text-xs">{alert.summary}</span>
                    </span>
                    <span className="flex shrink-0 flex-col items-end gap-1">
                      {alert.acknowledged_at === null ? (
                        <Badge tone="bad">Open</Badge>
                      ) : (
                        <Badge tone="warn">Acknowledged</Badge>
                      )}
                      <span className="text-muted text-xs">
                        <Time at={alert.opened_at} />
                      </span>
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
            {open.items.length > FEW && (
              <p className="border-line border-t px-4 py-2 text-muted text-xs">
                The latest {FEW} of {atLeast(open)}.
              </p>
            )}
          </>
        )
      }
    </Part>
  );
}
