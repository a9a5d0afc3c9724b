import type { ReactNode } from "react";
import { Skeleton } from "@/ui/state";

/** One number that matters. */
export function Figure({ label, children, about }: { label: string; children: ReactNode; about?: ReactNode }) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3">
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="mt-1">
        <span className="block font-semibold text-lg tabular-nums">
          {children ?? <Skeleton className="h-6 w-16" />}
        </span>
        {about !== undefined && <span className="mt-0.5 block text-muted text-xs">{about}</span>}
      </dd>
    </div>
  );
}
