import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Extent, openAlertsQuery } from "@/features/pipelines/queries";
import { Card } from "@/ui/card";
import { Failure, Loading } from "@/ui/state";
import { Time } from "@/ui/time";

/** The newest open alerts; more of them, and what can be done, is on the page of alerts. */
export function OpenAlerts({ extent }: { extent: Extent }) {
  const alerts = useQuery(openAlertsQuery(extent));
  const isOfClient = "client_id" in extent;
  const search = isOfClient ? { client: extent.client_id } : { pipeline: extent.pipeline_id };
  return (
    <Card
      flush
      title="Open alerts"
      actions={
        <Link to="/alerts" search={search} className="font-medium text-accent-strong text-xs hover:underline">
          {alerts.data?.isMore === true ? "Show all, there are more" : "Show on the page of alerts"}
        </Link>
      }
    >
      {alerts.data === undefined ? (
        alerts.isError ? (
          <Failure error={alerts.error} onRetry={() => void alerts.refetch()} />
        ) : (
          <Loading rows={2} what="Loading open alerts" />
        )
      ) : alerts.data.items.length === 0 ? (
        <p className="px-4 py-5 text-muted">No alert is open.</p>
      ) : (
        <ul aria-label="Open alerts">
          {alerts.data.items.map((alert) => (
            <li
              key={alert.id}
              className="flex flex-wrap items-baseline justify-between gap-x-4 sm:flex-nowrap border-line border-b px-4 py-2.5 last:border-0"
            >
              <span className="min-w-0 break-words">
                {isOfClient && (
                  <>
                    <Link
                      to="/pipelines/$pipelineId"
                      params={{ pipelineId: alert.pipeline_id }}
                      className="font-medium text-accent-strong hover:underline"
                    >
                      {alert.pipeline_name}
                    </Link>{" "}
                  </>
                )}
                {alert.summary}
              </span>
              <span className="shrink-0 text-muted text-xs">
                <Time at={alert.opened_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
