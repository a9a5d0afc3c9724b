import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "@/api/client";
import { startOfDay } from "@/features/runs/days";
import type { RunsSearch } from "@/features/runs/search";

const RUNS_A_PAGE = 50;
const FILES_A_PAGE = 1_000;
const EVENTS_A_PAGE = 1_000;
/** More events than this are told one by one nowhere; the API has them all. */
export const MOST_EVENTS = 20_000;

export function runsQuery(search: RunsSearch) {
  return queryOptions({
    queryKey: ["runs", "list", search],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/runs", {
          params: {
            query: {
              limit: RUNS_A_PAGE,
              cursor: search.cursor ?? null,
              type: search.type ?? null,
              status: search.status ?? null,
              label: search.label ?? null,
              owner: search.owner ?? null,
              created_after: search.from === undefined ? null : startOfDay(search.from),
              created_before: search.until === undefined ? null : startOfDay(search.until, 1),
              order: search.order ?? "desc",
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function runQuery(runId: string) {
  return queryOptions({
    queryKey: ["runs", "one", runId],
    queryFn: ({ signal }) => answer(api.GET("/v1/runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
  });
}

/** All that happened to a run and its jobs, oldest first. Fetched again, it asks only for what is new. */
export function eventsQuery(runId: string) {
  const queryKey = ["runs", "events", runId] as const;
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<readonly Schemas["EventBody"][]> => {
      const before = client.getQueryData<readonly Schemas["EventBody"][]>(queryKey) ?? [];
      const found: Schemas["EventBody"][] = [];
      for (let after = before.at(-1)?.position ?? null; before.length + found.length < MOST_EVENTS; ) {
        const query = { run_id: runId, limit: EVENTS_A_PAGE, after };
        const headers = { Accept: "application/json" };
        const page = await answer(api.GET("/v1/events", { params: { query }, headers, signal }));
        if (typeof page === "string") throw new Error("events came as text; JSON was asked for");
        found.push(...page.items);
        after = page.items.at(-1)?.position ?? null;
        if (page.next_cursor === null || after === null) break;
      }
      return found.length === 0 ? before : [...before, ...found];
    },
    structuralSharing: false, // thousands of events that never change need no comparison
  });
}

export function jobsQuery(runId: string) {
  return queryOptions({
    queryKey: ["jobs", "of-run", runId],
    queryFn: ({ signal }) => answer(api.GET("/v1/jobs", { params: { query: { run_id: runId, limit: 20 } }, signal })),
  });
}

export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: ["jobs", "one", jobId],
    queryFn: ({ signal }) => answer(api.GET("/v1/jobs/{job_id}", { params: { path: { job_id: jobId } }, signal })),
  });
}

export function artifactsQuery(jobId: string) {
  return queryOptions({
    queryKey: ["jobs", "artifacts", jobId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/jobs/{job_id}/artifacts", {
          params: { path: { job_id: jobId }, query: { limit: 200 } },
          signal,
        }),
      ),
  });
}

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => answer(api.GET("/v1/models", { params: { query: { limit: 1000 } }, signal })),
  staleTime: 60_000,
});

export function runDocumentsQuery(runId: string) {
  return infiniteQueryOptions({
    queryKey: ["documents", "of-run", runId],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET("/v1/documents", { params: { query: { run_id: runId, limit: 50, cursor: pageParam } }, signal })),
    initialPageParam: null as string | null, // widened: `null` alone would be its only value
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** What is inside of a run was read anew with each `version`; between them it does not change. */
export interface Listing {
  runId: string;
  version: number;
}

/** A page of what lies directly in a folder. */
export function folderQuery({ runId, version }: Listing, prefix: string, cursor: string | null) {
  return queryOptions({
    queryKey: ["runs", "folder", runId, version, prefix, cursor],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/runs/{run_id}/files", {
          params: {
            path: { run_id: runId },
            query: { role: "member", delimiter: "/", prefix, cursor, limit: FILES_A_PAGE },
          },
          signal,
        }),
      ),
    staleTime: "static",
  });
}

/** A page of all that is inside, by path: what a search goes through. */
export function membersPage(runId: string, cursor: string | null, signal: AbortSignal) {
  return answer(
    api.GET("/v1/runs/{run_id}/files", {
      params: { path: { run_id: runId }, query: { role: "member", cursor, limit: FILES_A_PAGE } },
      signal,
    }),
  );
}

/** The file at a path; `copy` counts those with the same one, the upload first. null where there is none. */
export function fileQuery({ runId, version }: Listing, path: string, copy: number) {
  return queryOptions({
    queryKey: ["runs", "file", runId, version, path, copy],
    queryFn: async ({ signal }) => {
      const query = { prefix: path, limit: copy + 10 };
      const page = await answer(
        api.GET("/v1/runs/{run_id}/files", { params: { path: { run_id: runId }, query }, signal }),
      );
      return page.items.filter((file) => file.path === path)[copy] ?? null;
    },
    staleTime: "static",
  });
}
