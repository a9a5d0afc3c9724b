import { AlertTriangle, Inbox, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { asApiError } from "@/api/problem";
import { Button } from "@/ui/button";
import { classNames } from "@/ui/class-names";

/** Where there is nothing to show: says why, and what to do about it. */
export function Empty({
  title,
  children,
  actions,
  icon,
  page = false,
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  icon?: ReactNode;
  /** It is all there is on the page, and its title the page's heading. */
  page?: boolean;
}) {
  const Title = page ? "h1" : "p";
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <div aria-hidden className="mb-3 text-muted [&_svg]:size-8">
        {icon ?? <Inbox strokeWidth={1.5} />}
      </div>
      <Title className="font-medium text-ink text-base">{title}</Title>
      {children !== undefined && <div className="mt-1 max-w-prose text-muted">{children}</div>}
      {actions !== undefined && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** What the server said instead of an answer, its code, and a way to ask again. */
export function Failure({
  error,
  onRetry,
  what,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
  what?: string;
}) {
  const problem = asApiError(error);
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-10 text-center">
      <AlertTriangle aria-hidden className="mb-3 size-8 text-bad" strokeWidth={1.5} />
      <p className="font-medium text-base text-ink">{what ?? "This could not be loaded"}</p>
      <p className="mt-1 max-w-prose break-words text-muted">{problem.message}</p>
      <p className="mt-1 font-mono text-muted text-xs">
        {problem.code}
        {problem.requestId !== undefined && ` · request ${problem.requestId}`}
      </p>
      {onRetry !== undefined && (
        <Button className="mt-4" onClick={onRetry}>
          <RotateCw aria-hidden className="size-4" /> Try again
        </Button>
      )}
    </div>
  );
}

/** Above what was fetched before, when it could not be fetched again. */
export function NotUpToDate({ error }: { error: unknown }) {
  return (
    <p role="alert" className="px-4 py-2 text-warn">
      Not up to date: {asApiError(error).message}
    </p>
  );
}

/** A grey shape where something will be. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={classNames("animate-pulse rounded bg-line/70", className ?? "h-4 w-full")} />;
}

/** Rows of grey shapes, said once to screen readers. */
export function Loading({ rows = 5, what = "Loading" }: { rows?: number; what?: string }) {
  return (
    <div role="status" aria-label={what} className="space-y-3 p-4">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <Skeleton key={key} className="h-5 w-full" />
      ))}
    </div>
  );
}
