import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { Code } from "@/ui/copy";
import { Time } from "@/ui/time";

/** Who has a job, how often it was tried, why it failed. */
export function JobFacts({ job }: { job: Schemas["JobWithStepsBody"] }) {
  const isWaiting = job.status === "queued" && job.attempts > 0;
  return (
    <div className="border-line border-b px-4 py-3">
      <dl className="flex flex-wrap gap-x-6 gap-y-2 text-xs">
        <Fact name="Attempts">
          {job.attempts} of at most {job.max_attempts}
        </Fact>
        {job.started_at !== null && (
          <Fact name="Begun">
            <Time at={job.started_at} exact />
          </Fact>
        )}
        {job.finished_at !== null && (
          <Fact name="Ended">
            <Time at={job.finished_at} exact />
          </Fact>
        )}
        {isWaiting && (
          <Fact name="Next attempt">
            <Time at={job.run_after} />
          </Fact>
        )}
        {job.lease_owner !== null && (
          <Fact name="Worker">
            <code className="font-mono">{job.lease_owner}</code>
          </Fact>
        )}
        <Fact name="Id">
          <Code text={job.id} what="the job's id" />
        </Fact>
      </dl>
      {job.error !== null && (
        <p className="mt-2 break-words text-bad">
          {isWaiting && "Its last attempt failed: "}
          {job.error.detail} <code className="font-mono text-xs">{job.error.code}</code>
        </p>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-center gap-1.5">
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
