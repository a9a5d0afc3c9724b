import { expect, test } from "vitest";
import { countsOf, worstOf } from "@/features/overview/counts";
import type { PipelineState, Run } from "@/features/overview/queries";
import { atLeast, isEmpty, type Known, mattersOf } from "@/features/overview/verdict";

const none = { items: [], isMore: false };
const fine = { status: "ok", version: "1", parts: { db: { status: "ok", detail: "sqlite" } } };
const known: Known = { health: fine, alerts: none, pipelines: none, failed: none };

function state(name: string, health: PipelineState["health"], client = "Acme"): PipelineState {
  return {
    client_name: client,
    due_at: null,
    health,
    latest_run: null,
    open_alerts: 0,
    pipeline: {
      id: name,
      name,
      client_id: client,
      platform: "custom",
      pipeline_type: "ingestion",
      environment: "prod",
      external_id: null,
      is_active: true,
      expect_every_seconds: null,
      start_grace_seconds: 0,
      finish_grace_seconds: null,
      created_at: "2026-11-21T12:00:00Z",
      enabled_at: "2026-11-21T12:00:00Z",
      updated_at: "2026-11-21T12:00:00Z",
      revision: 1,
    },
  };
}

const run: Run = {
  id: "r",
  type: "archive",
  label: null,
  notes: null,
  owner: null,
  parent_run_id: null,
  documents: false,
  status: "failed",
  error: null,
  created_at: "2026-11-21T12:00:00Z",
  updated_at: "2026-11-21T12:00:00Z",
  files: [],
};

test("nothing is the matter where all is fine, and nothing is said of what is not known yet", () => {
  expect(mattersOf(known)).toEqual([]);
  expect(mattersOf({ health: undefined, alerts: undefined, pipelines: undefined, failed: undefined })).toEqual([]);
  const calm = [state("a", "healthy"), state("b", "unknown"), state("c", "disabled")];
  expect(mattersOf({ ...known, pipelines: { items: calm, isMore: false } })).toEqual([]);
});

test("what is the matter is told worst first, each with the page where it is", () => {
  const parts = { db: { status: "ok", detail: "" }, storage: { status: "failing", detail: "full" } };
  const matters = mattersOf({
    health: { status: "failing", version: "1", parts },
    alerts: { items: [{}], isMore: false },
    pipelines: { items: [state("a", "late"), state("b", "failing"), state("c", "healthy")], isMore: false },
    failed: { items: [run], isMore: false },
  });
  expect(matters.map(({ text, to }) => [text, to])).toEqual([
    ["1 part of Forebay fails: Blob store", "/system"],
    ["1 open alert", "/alerts"],
    ["2 pipelines need attention", "/pipelines"],
    ["1 run failed within a day", "/runs"],
  ]);
  expect(matters[0]?.tone).toBe("bad");
});

test("where only so many were counted, it says so", () => {
  const many = { items: Array.from({ length: 100 }, () => run), isMore: true };
  expect(atLeast(many)).toBe("100+");
  expect(mattersOf({ ...known, failed: many })[0]?.text).toBe("100+ runs failed within a day");
});

test("an installation is empty when neither files nor pipelines are there, and that is known", () => {
  expect(isEmpty(none, none)).toBe(true);
  expect(isEmpty(undefined, none)).toBeUndefined();
  expect(isEmpty({ items: [run], isMore: false }, undefined)).toBe(false);
  expect(isEmpty(none, { items: [state("a", "healthy")], isMore: false })).toBe(false);
});

test("pipelines are counted by health, and shown worst first, then by client and name", () => {
  const states = [
    state("z", "healthy"),
    state("b", "failing", "Beta"),
    state("c", "failing"),
    state("a", "failing", "Beta"),
    state("s", "stuck"),
  ];
  expect(countsOf(states)).toEqual([
    { health: "stuck", count: 1 },
    { health: "failing", count: 3 },
    { health: "healthy", count: 1 },
  ]);
  expect(worstOf(states, 4).map(({ pipeline }) => pipeline.name)).toEqual(["s", "c", "a", "b"]);
});
