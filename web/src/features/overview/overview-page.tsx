import { useQuery } from "@tanstack/react-query";
import { useTitle } from "@/app/title";
import { AlertsPart } from "@/features/overview/alerts-part";
import { DocumentsPart } from "@/features/overview/documents-part";
import { FirstSteps } from "@/features/overview/first-steps";
import { PipelinesPart } from "@/features/overview/pipelines-part";
import { latestRunsQuery, pipelinesQuery } from "@/features/overview/queries";
import { QuickActions } from "@/features/overview/quick-actions";
import { FailedRuns, LatestRuns } from "@/features/overview/runs-parts";
import { isEmpty } from "@/features/overview/verdict";
import { VerdictBanner } from "@/features/overview/verdict-banner";
import { PageHead } from "@/ui/card";

export function OverviewPage() {
  useTitle("Overview");
  const empty = isEmpty(useQuery(latestRunsQuery).data, useQuery(pipelinesQuery).data);
  return (
    <>
      <PageHead title="Overview" actions={<QuickActions />} />
      <VerdictBanner />
      {empty === true ? (
        <FirstSteps />
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <div className="min-w-0 space-y-4">
            <AlertsPart />
            <PipelinesPart />
            <FailedRuns />
          </div>
          <div className="min-w-0 space-y-4">
            <LatestRuns />
            <DocumentsPart />
          </div>
        </div>
      )}
    </>
  );
}
