import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, answerWithTag, api } from "@/api/client";
import { known } from "@/app/search";
import { ATTENTION } from "@/features/pipelines/health";
import { HEALTHS, type PipelineSearch, type PipelinesSearch, type WindowSearch } from "@/features/pipelines/search";
import { axisOf, bucketOf, spanOf } from "@/features/pipelines/windows";

const EVERY_MS = 15_000;
/** A wall of many thousands is many megabytes: it is fetched again less often. */
const LARGE_WALL_EVERY_MS = 60_000;
const LARGE_WALL_PAGES = 3;
const MOST = 1_000;
const PAGE = 50;

/** Every pipeline with its health: page by page, all of them in the end. */
export const wallQuery = (isActive: boolean) =>
  infiniteQueryOptions({
    queryKey: ["pipelines", "wall", { isActive }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/v1/pipelines/health", {
          params: { query: { limit: MOST, is_active: isActive, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: (query) =>
      (query.state.data?.pages.length ?? 0) > LARGE_WALL_PAGES ? LARGE_WALL_EVERY_MS : EVERY_MS,
  });

export const clientsQuery = infiniteQueryOptions({
  queryKey: ["clients", "all"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/v1/clients", { params: { query: { limit: MOST, cursor: pageParam } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
  refetchInterval: EVERY_MS,
});

const ENABLED = HEALTHS.filter((health) => health !== "disabled");

/** One page of the list. Without a health it has all that is enabled, and whose client is. */
export const listQuery = ({ health, disabled, text, platform, environment, cursor }: PipelinesSearch) =>
  queryOptions({
    queryKey: ["pipelines", "list", { health, disabled, text, platform, environment, cursor }],
    queryFn: ({ signal }) => {
      const healths = health === "attention" ? [...ATTENTION] : health === undefined ? ENABLED : [health];
      return answer(
        api.GET("/v1/pipelines/health", {
          params: {
            query: {
              ...known({ text, platform, environment, cursor }),
              ...(disabled === true ? { is_active: false } : { health: healths }),
              limit: PAGE,
            },
          },
          signal,
        }),
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });

export const summaryQuery = (clientId: string, search: WindowSearch) =>
  queryOptions({
    queryKey: ["clients", clientId, "summary", search],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/clients/{client_id}/summary", {
          params: { path: { client_id: clientId }, query: known(spanOf(search, Date.now())) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });

/** Those that were disabled themselves: summaries leave them out. */
export const disabledPipelinesQuery = (clientId: string, cursor: string | undefined) =>
  queryOptions({
    queryKey: ["pipelines", "of", clientId, "disabled", cursor],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/pipelines", {
          params: { query: { client_id: clientId, is_active: false, limit: PAGE, ...known({ cursor }) } },
          signal,
        }),
      ),
    refetchInterval: EVERY_MS,
  });

/** What to change, with the tag that the change has to name. Read once: what is being edited must not move. */
export const clientToEditQuery = (clientId: string) =>
  queryOptions({
    queryKey: ["clients", clientId, "edit"],
    queryFn: ({ signal }) =>
      answerWithTag(api.GET("/v1/clients/{client_id}", { params: { path: { client_id: clientId } }, signal })),
    staleTime: "static",
    gcTime: 0,
  });

export const pipelineToEditQuery = (pipelineId: string) =>
  queryOptions({
    queryKey: ["pipelines", "edit", pipelineId],
    queryFn: ({ signal }) =>
      answerWithTag(api.GET("/v1/pipelines/{pipeline_id}", { params: { path: { pipeline_id: pipelineId } }, signal })),
    staleTime: "static",
    gcTime: 0,
  });

export const stateQuery = (pipelineId: string) =>
  queryOptions({
    queryKey: ["pipelines", pipelineId, "state"],
    queryFn: ({ signal }) =>
      answer(api.GET("/v1/pipelines/{pipeline_id}/health", { params: { path: { pipeline_id: pipelineId } }, signal })),
    refetchInterval: EVERY_MS,
  });

export const historyQuery = (pipelineId: string, { status, order, cursor, ...window }: PipelineSearch) =>
  queryOptions({
    queryKey: ["pipelines", pipelineId, "runs", { status, order, cursor, window: windowKey(window) }],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/pipelines/{pipeline_id}/runs", {
          params: {
            path: { pipeline_id: pipelineId },
            query: { ...known({ ...spanOf(window, Date.now()), status, order, cursor }), limit: PAGE },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });

export const pipelineRunQuery = (pipelineId: string, runId: string) =>
  queryOptions({
    queryKey: ["pipelines", pipelineId, "run", runId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/pipelines/{pipeline_id}/runs/{run_id}", {
          params: { path: { pipeline_id: pipelineId, run_id: runId } },
          signal,
        }),
      ),
    refetchInterval: EVERY_MS,
  });

export const MOST_EVENTS = 100;

export const lineageQuery = (pipelineId: string, runId: string) =>
  queryOptions({
    queryKey: ["pipelines", pipelineId, "run", runId, "lineage"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/pipelines/{pipeline_id}/runs/{run_id}/lineage", {
          params: { path: { pipeline_id: pipelineId, run_id: runId }, query: { limit: MOST_EVENTS } },
          signal,
        }),
      ),
  });

/** Whose runs figures are about. */
export type Extent = { readonly client_id: string } | { readonly pipeline_id: string };

export const failuresQuery = (extent: Extent, search: WindowSearch) =>
  queryOptions({
    queryKey: ["pipelines", "failures", extent, windowKey(search)],
    queryFn: async ({ signal }) => {
      const now = Date.now();
      const span = spanOf(search, now);
      const axis = axisOf(span, now);
      const query = { ...extent, ...known(span), bucket: bucketOf(axis) };
      const body = await answer(api.GET("/v1/pipelines/failures-over-time", { params: { query }, signal }));
      return { ...body, axis };
    },
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });

export const durationsQuery = (extent: Extent, search: WindowSearch) =>
  queryOptions({
    queryKey: ["pipelines", "durations", extent, windowKey(search)],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/v1/pipelines/duration-histogram", {
          params: { query: { ...extent, ...known(spanOf(search, Date.now())) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });

const MOST_ALERTS = 5;

/** The newest few. */
export const openAlertsQuery = (extent: Extent) =>
  queryOptions({
    queryKey: ["alerts", "open", extent],
    queryFn: async ({ signal }) => {
      const query = { ...extent, is_open: true, limit: MOST_ALERTS };
      const page = await answer(api.GET("/v1/alerts", { params: { query }, signal }));
      return { items: page.items, isMore: page.next_cursor !== null };
    },
    refetchInterval: EVERY_MS,
  });

function windowKey({ window, since, until }: WindowSearch) {
  return { window, since, until };
}
