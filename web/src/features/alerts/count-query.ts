import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";

const MOST = 100;

/** How many alerts are open: "3", or "99+", since the API lists them and does not count. Part of the first page. */
export const openCountQuery = queryOptions({
  queryKey: ["alerts", "open-count"],
  queryFn: async ({ signal }) => {
    const page = await answer(api.GET("/v1/alerts", { params: { query: { is_open: true, limit: MOST } }, signal }));
    return { count: page.items.length, isMore: page.next_cursor !== null };
  },
  refetchInterval: 15_000,
});
