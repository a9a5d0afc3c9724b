import { useInfiniteQuery } from "@tanstack/react-query";
import { problemOf } from "@/api/problem";

const FIRST_BYTES = 256 * 1024;
const NEXT_BYTES = 1024 * 1024;
/** Whoever wants to see more downloads it. */
export const MOST_BYTES = 16 * 1024 * 1024;

/** The first bytes of a file, and more when asked. They never change, so they are fetched once. */
export function useContent(url: string, size: number) {
  return useInfiniteQuery({
    queryKey: ["content", url],
    queryFn: async ({ pageParam: from, signal }) => {
      const until = Math.min(size, MOST_BYTES, from + (from === 0 ? FIRST_BYTES : NEXT_BYTES));
      const response = await fetch(url, { headers: { Range: `bytes=${from}-${until - 1}` }, signal });
      if (!response.ok) {
        const problem: unknown = await response.json().catch(() => undefined);
        throw problemOf(response.status, problem, response.headers.get("X-Request-Id"));
      }
      return new Uint8Array(await response.arrayBuffer());
    },
    initialPageParam: 0,
    getNextPageParam: (_last, chunks) => {
      const here = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      return here < Math.min(size, MOST_BYTES) ? here : undefined;
    },
    staleTime: "static",
    gcTime: 60_000,
    enabled: size > 0,
  });
}
