import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { textQuery } from "@/features/documents/queries";

test("a text that is there is not downloaded again when everything else is", async () => {
  const download = vi.fn(async () => new Response("rent", { status: 206 }));
  vi.stubGlobal("fetch", download);
  const queries = new QueryClient();
  const options = textQuery("d-1", { sha256: "0".repeat(64), size_bytes: 4 });
  const stop = new InfiniteQueryObserver(queries, options).subscribe(() => {});
  await vi.waitFor(() => expect(queries.getQueryState(options.queryKey)?.status).toBe("success"));
  await queries.invalidateQueries();
  expect(download).toHaveBeenCalledOnce();
  stop();
  vi.unstubAllGlobals();
});
