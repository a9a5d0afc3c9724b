import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import type { Schemas } from "@/api/client";
import { adviceOf } from "@/features/runs/failure";
import { jobsQuery } from "@/features/runs/queries";
import { useJobActions } from "@/features/runs/use-actions";
import { Button, buttonClasses } from "@/ui/button";

/** Why the run failed, and what helps. */
export function FailureCard({ run, error }: { run: Schemas["RunBody"]; error: Schemas["RunErrorBody"] }) {
  const jobs = useQuery(jobsQuery(run.id));
  const [last] = jobs.data?.items ?? [];
  const advice = adviceOf(error.code);
  return (
    <section aria-label="Why it failed" className="flex gap-3 rounded-lg border border-bad/50 bg-bad-soft p-4">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <h2 className="flex flex-wrap items-baseline gap-x-2 font-semibold text-bad">
          The run failed <code className="font-medium font-mono text-xs">{error.code}</code>
        </h2>
        <p className="mt-1 break-words text-ink">{error.detail}</p>
        <p className="mt-1 text-ink">{advice.text}</p>
        <div className="mt-3 flex flex-wrap gap-2">
          {advice.by === "upload" && (
            <Link to="/upload" className={buttonClasses({ small: true })}>
              Upload again
            </Link>
          )}
          {last !== undefined && ["failed", "cancelled"].includes(last.status) && <Retry jobId={last.id} />}
          <Link
            to="/runs/$runId"
            params={{ runId: run.id }}
            search={{ tab: "log" }}
            resetScroll={false}
            className={buttonClasses({ small: true })}
          >
            Show the log
          </Link>
        </div>
      </div>
    </section>
  );
}

function Retry({ jobId }: { jobId: string }) {
  const { retry } = useJobActions(jobId);
  return (
    <Button small disabled={retry.isPending} onClick={() => retry.mutate()}>
      {retry.isPending ? "Queueing…" : "Retry the job"}
    </Button>
  );
}
