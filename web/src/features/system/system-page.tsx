import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useTitle } from "@/app/title";
import { AboutCard } from "@/features/system/about-card";
import { ActivityCard } from "@/features/system/activity-card";
import { HealthCard } from "@/features/system/health-card";
import { OptionalCard } from "@/features/system/optional-card";
import { systemQuery } from "@/features/system/queries";
import { SettingsCard } from "@/features/system/settings-card";
import { WorkersCard } from "@/features/system/workers-card";
import { buttonClasses } from "@/ui/button";
import { Card, PageHead } from "@/ui/card";
import { Failure, Loading } from "@/ui/state";
import { Time } from "@/ui/time";

const LINKS = [
  { href: "/health", label: "Health" },
  { href: "/metrics", label: "Metrics" },
  { href: "/docs", label: "API" },
] as const;

export function SystemPage() {
  useTitle("System");
  const { data, error, isError, dataUpdatedAt, refetch } = useQuery(systemQuery);
  return (
    <>
      <PageHead
        title="System"
        about="How Forebay itself is. This page looks again every 10 seconds."
        actions={LINKS.map(({ href, label }) => (
          <a key={href} href={href} className={buttonClasses({ small: true })}>
            {label} <ExternalLink aria-hidden className="size-3.5" />
          </a>
        ))}
      />
      {isError && data !== undefined && (
        <p role="alert" className="mb-4 rounded-md bg-bad-soft px-4 py-3 text-bad">
          The server does not answer. What is shown is from <Time at={new Date(dataUpdatedAt).toISOString()} />. Check
          that forebay serve runs, and what its log says.
        </p>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="min-w-0 space-y-4">
          <HealthCard />
          {data !== undefined && <AboutCard system={data} />}
        </div>
        <div className="min-w-0 space-y-4">
          {data !== undefined ? (
            <>
              <ActivityCard system={data} />
              <WorkersCard system={data} />
              <OptionalCard parts={data.optional_parts} />
            </>
          ) : (
            <Card title="Queue and workers" flush>
              {isError ? (
                <Failure error={error} onRetry={() => void refetch()} what="The server does not say what goes on" />
              ) : (
                <Loading what="Loading what goes on" />
              )}
            </Card>
          )}
        </div>
      </div>
      {(data !== undefined || !isError) && (
        <div className="mt-4">
          <SettingsCard settings={data?.settings} />
        </div>
      )}
    </>
  );
}
