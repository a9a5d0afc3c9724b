import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "@/api/client";
import { parametersOf } from "@/features/documents/parameters";
import type { DocumentsSearch } from "@/features/documents/search";

export type DocumentItem = Schemas["DocumentBody"];
export type DocumentDetail = Schemas["DocumentDetailBody"];
export type Category = Schemas["CategoryBody"];

/** So much of a text is fetched at once. */
export const TEXT_STEP = 1024 * 1024;

/** What is shown stays until the new answer is there. */
export function documentsQuery(search: DocumentsSearch) {
  return queryOptions({
    queryKey: ["documents", "list", search],
    queryFn: ({ signal }) => answer(api.GET("/v1/documents", { params: { query: parametersOf(search) }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function documentQuery(id: string) {
  return queryOptions({
    queryKey: ["documents", "one", id],
    queryFn: ({ signal }) =>
      answer(api.GET("/v1/documents/{document_id}", { params: { path: { document_id: id } }, signal })),
  });
}

/** All there are: people have dozens, not thousands. */
export const categoriesQuery = queryOptions({
  queryKey: ["categories"],
  queryFn: ({ signal }) => answer(api.GET("/v1/categories", { signal })).then(({ items }) => items),
  staleTime: 60_000,
});

export const learnedQuery = queryOptions({
  queryKey: ["learned-models"],
  queryFn: ({ signal }) => answer(api.GET("/v1/learned-models", { signal })).then(({ items }) => items),
});

export function runTypeQuery(runId: string) {
  return queryOptions({
    queryKey: ["runs", "type", runId],
    queryFn: ({ signal }) =>
      answer(api.GET("/v1/runs/{run_id}", { params: { path: { run_id: runId } }, signal })).then(({ type }) => type),
  });
}

/** The text's bytes, piece by piece. The digest is part of the key: what is there is never fetched again. */
export function textQuery(id: string, text: { sha256: string; size_bytes: number }) {
  return infiniteQueryOptions({
    queryKey: ["document-text", id, text.sha256],
    queryFn: async ({ pageParam, signal }) => {
      const headers = { Range: `bytes=${pageParam}-${Math.min(pageParam + TEXT_STEP, text.size_bytes) - 1}` };
      const params = { path: { document_id: id }, header: headers };
      const call = api.GET("/v1/documents/{document_id}/text", { params, signal, parseAs: "arrayBuffer" });
      return new Uint8Array(await answer<ArrayBuffer>(call));
    },
    initialPageParam: 0,
    getNextPageParam: (_last, pages) => {
      const fetched = pages.reduce((sum, page) => sum + page.length, 0);
      return fetched < text.size_bytes ? fetched : undefined;
    },
    staleTime: "static", // not even when everything is fetched again, as polling does
    gcTime: 60_000,
    enabled: text.size_bytes > 0,
  });
}
