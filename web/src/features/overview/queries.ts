import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "@/api/client";
import { ATTENTION } from "@/features/pipelines/health";

const EVERY_MS = 15_000; // the stream of events tells of runs and jobs only
const DAY_MS = 86_400_000;
const FEW = 6;
const MOST = 100;
const MOST_PIPELINES = 1_000;

export type Run = Schemas["RunBody"];
export type Alert = Schemas["AlertBody"];
export type DocumentItem = Schemas["DocumentBody"];
export type PipelineState = Schemas["PipelineStateBody"];

/** Some of them, and whether there are more than could be counted. */
export interface Some<T> {
  items: readonly T[];
  isMore: boolean;
}

function some<T>(page: { items: readonly T[]; next_cursor: string | null }): Some<T> {
  return { items: page.items, isMore: page.next_cursor !== null };
}

export const latestRunsQuery = queryOptions({
  queryKey: ["runs", "latest"],
  queryFn: async ({ signal }) => some(await answer(api.GET("/v1/runs", { params: { query: { limit: FEW } }, signal }))),
  refetchInterval: EVERY_MS,
});

/** Those that began within a day and failed, newest first. */
export const failedRunsQuery = queryOptions({
  queryKey: ["runs", "failed-of-the-day"],
  queryFn: async ({ signal }) => {
    const query = {
      status: "failed",
      limit: MOST,
      created_after: new Date(Date.now() - DAY_MS).toISOString(),
    } as const;
    return some(await answer(api.GET("/v1/runs", { params: { query }, signal })));
  },
  refetchInterval: 60_000, // also as time goes by, not only on events
});

export const openAlertsQuery = queryOptions({
  queryKey: ["alerts", "open-latest"],
  queryFn: async ({ signal }) =>
    some(await answer(api.GET("/v1/alerts", { params: { query: { is_open: true, limit: MOST } }, signal }))),
  refetchInterval: EVERY_MS,
});

export const latestDocumentsQuery = queryOptions({
  queryKey: ["documents", "latest"],
  queryFn: async ({ signal }) => {
    const page = await answer(api.GET("/v1/documents", { params: { query: { limit: FEW } }, signal }));
    return { items: page.items, isMore: page.next_cursor != null };
  },
});

/**
 * Enabled pipelines with their health. Where there are more than a page has, what needs attention is all there, and of
 * the others as many as were on the first page.
 */
export const pipelinesQuery = queryOptions({
  queryKey: ["pipelines", "overview"],
  queryFn: async ({ signal }): Promise<Some<PipelineState>> => {
    const ask = (health?: string[]) =>
      answer(
        api.GET("/v1/pipelines/health", {
          params: { query: { limit: MOST_PIPELINES, ...(health !== undefined && { health }) } },
          signal,
        }),
      );
    const first = some(await ask());
    if (!first.isMore) return first;
    const attention = await ask([...ATTENTION]);
    const seen = new Set(attention.items.map((state) => state.pipeline.id));
    return {
      items: [...attention.items, ...first.items.filter(({ pipeline }) => !seen.has(pipeline.id))],
      isMore: true,
    };
  },
  // many are many megabytes: they are fetched again less often
  refetchInterval: (query) => (query.state.data?.isMore === true ? 60_000 : EVERY_MS),
});
