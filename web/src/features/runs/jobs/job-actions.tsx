import { CircleStop, RotateCw } from "lucide-react";
import type { Schemas } from "@/api/client";
import { JOB_STATUS } from "@/features/runs/status";
import { useJobActions } from "@/features/runs/use-actions";
import { Button } from "@/ui/button";

/** Stops a job that is under way; tries one again that did not get to its end. */
export function JobActions({ job }: { job: Schemas["JobBody"] }) {
  const { cancel, retry } = useJobActions(job.id);
  if (JOB_STATUS[job.status].underWay) {
    const isStopping = cancel.isPending || job.cancel_requested;
    return (
      <Button small disabled={isStopping} onClick={() => cancel.mutate()}>
        <CircleStop aria-hidden className="size-4" /> {isStopping ? "Stopping…" : "Cancel"}
      </Button>
    );
  }
  if (job.status === "succeeded") return null;
  return (
    <Button small disabled={retry.isPending} onClick={() => retry.mutate()}>
      <RotateCw aria-hidden className="size-4" /> {retry.isPending ? "Queueing…" : "Retry"}
    </Button>
  );
}
