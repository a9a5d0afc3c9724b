import { QueryClient } from "@tanstack/react-query";
import { asApiError } from "@/api/problem";

/** What was fetched, and how everything is fetched that says nothing else. */
export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        // what was refused will be refused again; only what may pass is tried again
        retry: (count, error) => {
          const { status } = asApiError(error);
          return (status === 0 || status === 429 || status >= 500) && count < 2;
        },
        // what a browser says of the network says nothing of a server on this computer; when it changes, that is a hint
        networkMode: "always",
        refetchOnReconnect: true,
      },
      mutations: { networkMode: "always" },
    },
  });
}
