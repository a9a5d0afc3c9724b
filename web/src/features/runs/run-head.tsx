import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleStop, Download, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { jobsQuery } from "@/features/runs/queries";
import { nameOf, sizeOf } from "@/features/runs/runs-columns";
import { JOB_STATUS, RUN_TYPE } from "@/features/runs/status";
import { RunStatusBadge } from "@/features/runs/status-badge";
import { useJobActions, useRunActions } from "@/features/runs/use-actions";
import { Button, buttonClasses } from "@/ui/button";
import { PageHead } from "@/ui/card";
import { Code } from "@/ui/copy";
import { Confirm } from "@/ui/dialog";
import { bytesText } from "@/ui/numbers";
import { Time } from "@/ui/time";

type Run = Schemas["RunBody"];

export function RunHead({ run }: { run: Run }) {
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-2 text-muted text-xs">
        <Link to="/runs" className="hover:text-ink hover:underline">
          Runs
        </Link>
        <span aria-hidden> / </span>
        <code className="font-mono">{run.id.slice(0, 13)}</code>
      </nav>
      <PageHead title={nameOf(run)} about={<About run={run} />} actions={<Actions run={run} />} />
    </>
  );
}

function About({ run }: { run: Run }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span aria-live="polite">
        <RunStatusBadge status={run.status} />
      </span>
      <span>{RUN_TYPE[run.type]}</span>
      {run.owner !== null && <span>of {run.owner}</span>}
      <span>
        came in <Time at={run.created_at} />
      </span>
      <Code text={run.id} what="the run's id" />
    </div>
  );
}

function Actions({ run }: { run: Run }) {
  const [asking, setAsking] = useState(false);
  const { parse, remove } = useRunActions(run.id);
  const jobs = useQuery(jobsQuery(run.id));
  const active = jobs.data?.items.find((job) => JOB_STATUS[job.status].underWay);
  const [sent] = run.files;
  return (
    <>
      {sent !== undefined && (
        <a href={`/v1/files/${sent.id}/content`} download className={buttonClasses()}>
          <Download aria-hidden className="size-4" /> Download
        </a>
      )}
      {active !== undefined && <CancelButton key={active.id} job={active} />}
      {active === undefined && sent !== undefined && (
        <Button disabled={parse.isPending} onClick={() => parse.mutate()}>
          <RotateCw aria-hidden className="size-4" /> {parse.isPending ? "Starting…" : "Run again"}
        </Button>
      )}
      <Button onClick={() => setAsking(true)}>
        <Trash2 aria-hidden className="size-4 text-bad" /> Delete
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(undefined, { onSettled: () => setAsking(false) })}
        busy={remove.isPending}
        title="Delete this run?"
        action={remove.isPending ? "Deleting…" : "Delete the run"}
      >
        <p>
          <strong className="break-words text-ink">{nameOf(run)}</strong>
          {sent !== undefined && ` (${bytesText(sizeOf(run) ?? 0)})`}, what is inside of it, and its jobs, artifacts and
          documents go away for good. Runs that follow it stay.
        </p>
      </Confirm>
    </>
  );
}

function CancelButton({ job }: { job: Schemas["JobBody"] }) {
  const { cancel } = useJobActions(job.id);
  const isStopping = cancel.isPending || job.cancel_requested;
  return (
    <Button disabled={isStopping} onClick={() => cancel.mutate()}>
      <CircleStop aria-hidden className="size-4" /> {isStopping ? "Stopping…" : "Cancel the job"}
    </Button>
  );
}
