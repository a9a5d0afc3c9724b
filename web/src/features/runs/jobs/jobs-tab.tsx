import { useQuery } from "@tanstack/react-query";
import { Cog } from "lucide-react";
import type { Schemas } from "@/api/client";
import { JobCard } from "@/features/runs/jobs/job-card";
import { jobsQuery } from "@/features/runs/queries";
import { Card } from "@/ui/card";
import { Empty, Failure, Loading } from "@/ui/state";

/** What was done with the run, the last job first. */
export function JobsTab({ run, events }: { run: Schemas["RunBody"]; events: readonly Schemas["EventBody"][] }) {
  const jobs = useQuery(jobsQuery(run.id));
  if (jobs.error !== null && jobs.data === undefined)
    return (
      <Card flush>
        <Failure error={jobs.error} onRetry={() => void jobs.refetch()} />
      </Card>
    );
  if (jobs.data === undefined)
    return (
      <Card flush>
        <Loading what="Loading the jobs" />
      </Card>
    );
  if (jobs.data.items.length === 0)
    return (
      <Card flush>
        <Empty title="There is no job" icon={<Cog strokeWidth={1.5} />}>
          {run.files.length === 0
            ? "A job begins once the bytes of a run are stored."
            : "“Run again” has the run processed."}
        </Empty>
      </Card>
    );
  return (
    <div className="space-y-4">
      {jobs.data.items.map((job, index) => (
        <JobCard key={job.id} job={job} events={events} isOpen={index === 0} />
      ))}
      {jobs.data.next_cursor !== null && (
        <p className="text-center text-muted text-xs">These are the last {jobs.data.items.length} jobs of the run.</p>
      )}
    </div>
  );
}
