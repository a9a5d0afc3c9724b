import { expect, test } from "vitest";
import { readClientSearch, readPipelineSearch, readPipelinesSearch } from "@/features/pipelines/search";

test("filters are read, and what is not understood counts as absent", () => {
  expect(
    readPipelinesSearch({
      view: "list",
      platform: "dbt",
      environment: "moon",
      health: "attention",
      disabled: true,
      text: 17,
    }),
  ).toEqual({ view: "list", platform: "dbt", health: "attention", disabled: true, text: "17" });
  expect(readPipelinesSearch({ view: "wall", disabled: "no", text: "" })).toEqual({});
});

test("two times in a link are a window of their own", () => {
  const since = "2026-11-01T00:00:00Z";
  expect(readClientSearch({ since })).toEqual({ window: "own", since });
  expect(readClientSearch({ since: "yesterday" })).toEqual({});
});

test("an end before the beginning counts as absent", () => {
  const since = "2026-11-02T00:00:00Z";
  expect(readClientSearch({ since, until: "2026-11-01T00:00:00Z" })).toEqual({ window: "own", since });
});

test("a named window has no times beside it", () => {
  expect(readClientSearch({ window: "24h", since: "2026-11-01T00:00:00Z" })).toEqual({ window: "24h" });
});

test("the page of a pipeline keeps status, order, place and the run that is looked at", () => {
  const raw = { status: "failed", order: "asc", cursor: "abc", run: "01a1" };
  expect(readPipelineSearch({ ...raw, more: 1 })).toEqual(raw);
  expect(readPipelineSearch({ status: "lost", order: "desc" })).toEqual({});
});
