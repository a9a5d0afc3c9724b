import { QueryClientProvider } from "@tanstack/react-query";
import { type AnyRoute, createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { Live } from "@/api/live";
import { LiveProvider } from "@/app/context";
import { makeQueries } from "@/app/queries";

/** Shows what these routes have at an address, with all that pages have around them but the server. */
export function showAt(address: string, routeTree: AnyRoute) {
  const queries = makeQueries();
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: [address] }) });
  render(
    <QueryClientProvider client={queries}>
      <LiveProvider value={new Live(queries)}>
        {/* the types are those of the whole site's router */}
        <RouterProvider router={router as never} />
      </LiveProvider>
    </QueryClientProvider>,
  );
  return { queries, router };
}
