import { Link } from "@tanstack/react-router";
import type { Run } from "@/features/overview/queries";
import { RUN_TYPE } from "@/features/runs/status";
import { RunStatusBadge } from "@/features/runs/status-badge";
import { Bytes } from "@/ui/bytes";
import { Time } from "@/ui/time";

/** What a run is called: its label, else the name of what was sent. */
export function nameOf(run: Run): string {
  return run.label ?? run.files[0]?.path ?? RUN_TYPE[run.type];
}

/** Runs below each other, each a link. `withReason`: says why those failed. */
export function RunRows({ runs, withReason = false }: { runs: readonly Run[]; withReason?: boolean }) {
  return (
    <ul>
      {runs.map((run) => (
        <li key={run.id} className="border-line border-b last:border-0">
          <Link
            to="/runs/$runId"
            params={{ runId: run.id }}
            className="flex items-center justify-between gap-3 px-4 py-2.5 hover:bg-sunken/70"
          >
            <span className="min-w-0">
              <span className="block truncate font-medium">{nameOf(run)}</span>
              <span className="block truncate text-muted text-xs">
                {withReason && run.error !== null ? (
                  run.error.detail
                ) : (
                  <>
                    {RUN_TYPE[run.type]}
                    {run.files.length > 0 && (
                      <>
                        {" · "}
                        <Bytes size={run.files.reduce((sum, file) => sum + file.size_bytes, 0)} />
                      </>
                    )}
                  </>
                )}
              </span>
            </span>
            <span className="flex shrink-0 flex-col items-end gap-1">
              <RunStatusBadge status={run.status} />
              <span className="text-muted text-xs">
                <Time at={run.created_at} />
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
