import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { Failure, Loading } from "@/ui/state";

/** A part of the overview, which is fetched and fails by itself. What was shown before stays, and says that it is old. */
export function Part<T>({
  title,
  link,
  query,
  rows = 3,
  children,
}: {
  title: string;
  /** To the page that has all of it. */
  link: ReactNode;
  query: UseQueryResult<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  const { data, isError, error, refetch } = query;
  return (
    <Card
      title={title}
      actions={
        <>
          {isError && data !== undefined && <Badge tone="warn">Not up to date</Badge>}
          {link}
        </>
      }
      flush
    >
      {data !== undefined ? (
        children(data)
      ) : isError ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={rows} what={`Loading ${title.toLowerCase()}`} />
      )}
    </Card>
  );
}

/** Where a part has nothing to show. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className="px-4 py-6 text-center text-muted">{children}</p>;
}

export const LINK = "rounded font-medium text-accent text-xs hover:underline";
