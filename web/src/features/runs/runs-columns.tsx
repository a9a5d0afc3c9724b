import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { RUN_TYPE } from "@/features/runs/status";
import { RunStatusBadge } from "@/features/runs/status-badge";
import { Bytes } from "@/ui/bytes";
import type { Column } from "@/ui/table";
import { Time } from "@/ui/time";

type Run = Schemas["RunBody"];

/** What a run is called: its label, else what was sent, else its id. */
export function nameOf(run: Run): string {
  return run.label ?? run.files.find((file) => file.role === "upload")?.path ?? `Run ${run.id.slice(0, 13)}`;
}

export function sizeOf(run: Run): number | undefined {
  if (run.files.length === 0) return undefined; // nothing of it is there, or not yet
  return run.files.reduce((sum, file) => sum + (file.role === "upload" ? file.size_bytes : 0), 0);
}

function Name({ run }: { run: Run }) {
  const [sent] = run.files;
  return (
    <div className="min-w-36 max-w-40 sm:max-w-xs xl:max-w-md">
      <Link
        to="/runs/$runId"
        params={{ runId: run.id }}
        className="block truncate font-medium text-accent-strong hover:underline"
      >
        {nameOf(run)}
      </Link>
      <div className="truncate text-muted text-xs">
        <span className="sm:hidden">
          <Time at={run.created_at} /> ·{" "}
        </span>
        {run.label !== null && sent !== undefined ? (
          sent.path
        ) : (
          <code className="font-mono">{run.id.slice(0, 13)}</code>
        )}
      </div>
    </div>
  );
}

function Status({ run }: { run: Run }) {
  return (
    <div>
      <RunStatusBadge status={run.status} />
      {run.error !== null && (
        <code
          title={run.error.detail}
          className="mt-1 block max-w-28 truncate font-mono text-bad text-xs sm:max-w-none"
        >
          {run.error.code}
        </code>
      )}
    </div>
  );
}

export const RUN_COLUMNS: readonly Column<Run>[] = [
  { id: "run", header: "Run", cell: (run) => <Name run={run} /> },
  { id: "status", header: "Status", cell: (run) => <Status run={run} /> },
  { id: "type", header: "Type", cell: (run) => RUN_TYPE[run.type], hidden: "md", className: "whitespace-nowrap" },
  {
    id: "owner",
    header: "Owner",
    cell: (run) => run.owner ?? <span className="text-muted">–</span>,
    hidden: "lg",
  },
  { id: "size", header: "Size", cell: (run) => <Bytes size={sizeOf(run)} />, align: "right", hidden: "sm" },
  { id: "changed", header: "Last change", cell: (run) => <Time at={run.updated_at} />, align: "right", hidden: "lg" },
  { id: "age", header: "Came in", cell: (run) => <Time at={run.created_at} />, align: "right", hidden: "sm" },
];
