import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";
import type { Item } from "@/features/upload/queue";
import { Code } from "@/ui/copy";

/** What became of it. */
export function RowOutcome({ item, twin }: { item: Item; twin: string | undefined }) {
  const { phase, failure, stored, sha256, path } = item;
  if (phase === "failed" && failure !== undefined) {
    return (
      <p className="mt-1.5 break-words text-bad text-xs">
        {failure.message} <code className="font-mono">{failure.code}</code>
        {failure.requestId !== undefined && <span className="text-muted"> · request {failure.requestId}</span>}
      </p>
    );
  }
  if (phase === "cancelled" && item.late) {
    return (
      <p className="mt-1.5 text-muted text-xs">
        All was sent already, so the server may have stored it: look at the newest <Runs />.
      </p>
    );
  }
  if (phase !== "done" || stored === undefined) return null;
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
      <Link
        to="/runs/$runId"
        params={{ runId: stored.runId }}
        aria-label={`Open the run of ${path}`}
        className="inline-flex items-center gap-1 font-medium text-accent-strong hover:underline"
      >
        Open the run <ArrowRight aria-hidden className="size-3.5" />
      </Link>
      <span className="inline-flex items-center gap-1">
        SHA-256 <Code text={stored.sha256} what="the SHA-256" />
      </span>
      <span>{sha256 === undefined ? "Not compared: this browser cannot compute it." : "Matches the file here."}</span>
      {stored.replayed && <span>An earlier attempt had stored it; it is there once.</span>}
      {twin !== undefined && <span className="break-all">The same bytes as {twin}.</span>}
    </div>
  );
}

function Runs() {
  return (
    <Link to="/runs" className="text-accent-strong hover:underline">
      runs
    </Link>
  );
}
