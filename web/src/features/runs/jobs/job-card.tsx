import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { Schemas } from "@/api/client";
import { JobActions } from "@/features/runs/jobs/job-actions";
import { JobFacts } from "@/features/runs/jobs/job-facts";
import { StepList } from "@/features/runs/jobs/step-list";
import { jobQuery } from "@/features/runs/queries";
import { JOB_STATUS, wordsOf } from "@/features/runs/status";
import { JobStatusBadge } from "@/features/runs/status-badge";
import { useTick } from "@/features/runs/use-tick";
import { durationText } from "@/ui/numbers";
import { Failure, Loading } from "@/ui/state";
import { Time } from "@/ui/time";
import { secondsBetween } from "@/ui/times";

interface Props {
  job: Schemas["JobBody"];
  events: readonly Schemas["EventBody"][];
  /** Whether its steps show at first. */
  isOpen: boolean;
}

/** A job; opened, with its steps. */
export function JobCard({ job, events, isOpen: isOpenAtFirst }: Props) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const id = useId();
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  return (
    <section aria-labelledby={`${id}-name`} className="rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
        <h2 id={`${id}-name`} className="font-semibold">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={`${id}-steps`}
            onClick={() => setOpen(!isOpen)}
            className="inline-flex items-center gap-2"
          >
            <Arrow aria-hidden className="size-4 text-muted" />
            {wordsOf(job.kind)}
          </button>
        </h2>
        <span aria-live="polite">
          <JobStatusBadge status={job.status} />
        </span>
        <span className="text-muted text-xs">
          <Lasted job={job} /> · created <Time at={job.created_at} />
        </span>
        <div className="ml-auto flex gap-2">
          <JobActions job={job} />
        </div>
      </header>
      <div id={`${id}-steps`} hidden={!isOpen} className="border-line border-t">
        {isOpen && <Steps jobId={job.id} events={events} />}
      </div>
    </section>
  );
}

function Lasted({ job }: { job: Schemas["JobBody"] }) {
  const now = useTick(job.status === "running");
  if (job.started_at === null) return <>{JOB_STATUS[job.status].underWay ? "waits for a worker" : "never begun"}</>;
  if (job.status === "queued") return <>to be tried again</>;
  const seconds = secondsBetween(job.started_at, job.finished_at, now);
  return (
    <span className="tabular-nums">
      {job.finished_at === null ? durationText(Math.floor(seconds)) : durationText(seconds)}
    </span>
  );
}

function Steps({ jobId, events }: { jobId: string; events: Props["events"] }) {
  const job = useQuery(jobQuery(jobId));
  if (job.error !== null && job.data === undefined)
    return <Failure error={job.error} onRetry={() => void job.refetch()} />;
  if (job.data === undefined) return <Loading what="Loading the steps" rows={3} />;
  return (
    <>
      <JobFacts job={job.data} />
      <StepList job={job.data} events={events} />
    </>
  );
}
