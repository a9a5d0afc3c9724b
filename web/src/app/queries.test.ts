import { onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "@/api/problem";
import { makeQueries } from "@/app/queries";

beforeEach(() => onlineManager.setOnline(false));
afterEach(() => onlineManager.setOnline(true));

test("it asks although the browser sees no network: the server may be on the same computer", async () => {
  const ask = vi.fn(async () => "here");
  void makeQueries().fetchQuery({ queryKey: ["one"], queryFn: ask });
  await vi.waitFor(() => expect(ask).toHaveBeenCalledOnce());
});

test("changes are sent then, too", async () => {
  const send = vi.fn(async () => "done");
  const queries = makeQueries();
  void queries.getMutationCache().build(queries, { mutationFn: send }).execute(undefined);
  await vi.waitFor(() => expect(send).toHaveBeenCalledOnce());
});

test("what could not be had is fetched again as soon as there is a network", async () => {
  const ask = vi
    .fn()
    .mockRejectedValueOnce(new ApiError("no", { status: 404, code: "x" }))
    .mockResolvedValue("here");
  const queries = makeQueries();
  queries.mount();
  const stop = new QueryObserver(queries, { queryKey: ["one"], queryFn: ask }).subscribe(() => {});
  await vi.waitFor(() => expect(queries.getQueryState(["one"])?.status).toBe("error"));
  onlineManager.setOnline(true);
  await vi.waitFor(() => expect(queries.getQueryData(["one"])).toBe("here"));
  stop();
  queries.unmount();
});
