import { expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import type { Health, PipelineState } from "@/features/pipelines/health";
import { countByHealth, groupByClient, isSameGroup } from "@/features/pipelines/wall";

const TIME = "2026-11-21T02:00:00Z";

function state(
  client: string,
  name: string,
  health: Health,
  more: Partial<Schemas["PipelineBody"]> = {},
): PipelineState {
  return {
    pipeline: {
      id: `${client}/${name}`,
      client_id: client,
      name,
      platform: "airflow",
      external_id: null,
      pipeline_type: "ingestion",
      environment: "prod",
      is_active: true,
      expect_every_seconds: null,
      start_grace_seconds: 0,
      finish_grace_seconds: null,
      enabled_at: TIME,
      revision: 1,
      created_at: TIME,
      updated_at: TIME,
      ...more,
    },
    client_name: client,
    health,
    due_at: null,
    latest_run: null,
    open_alerts: health === "failing" ? 1 : 0,
  };
}

function ranAt(one: PipelineState, effective_at: string): PipelineState {
  const run = { id: "r", external_run_id: "r", status: "success", effective_at } as const;
  return {
    ...one,
    latest_run: { ...run, started_at: null, finished_at: null, elapsed_seconds: null, rows_processed: null },
  };
}

function client(name: string, is_active = true): Schemas["ClientBody"] {
  return { id: name, name, is_active, revision: 1, created_at: TIME, updated_at: TIME };
}

const names = (groups: readonly { name: string }[]) => groups.map((group) => group.name);

test("clients stand by their worst pipeline, then by how many need attention, then by name", () => {
  const states = [
    state("well", "a", "healthy"),
    state("one fails", "a", "failing"),
    state("two fail", "a", "failing"),
    state("two fail", "b", "failing"),
    state("stuck", "a", "stuck"),
    state("one failed", "a", "failing"),
    state("client 10", "a", "unknown"),
    state("client 9", "a", "unknown"),
  ];
  expect(names(groupByClient(states, [], {}))).toEqual([
    "stuck",
    "two fail",
    "one failed",
    "one fails",
    "client 9",
    "client 10",
    "well",
  ]);
});

test("the worst pipelines of a client come first, and are counted", () => {
  const [group] = groupByClient(
    [state("a", "z", "healthy"), state("a", "y", "failing"), state("a", "b", "healthy"), state("a", "x", "late")],
    [],
    {},
  );
  expect(group?.states.map(({ pipeline }) => pipeline.name)).toEqual(["x", "y", "b", "z"]);
  expect(group?.worst).toBe("late");
  expect(group?.counts).toEqual([
    { health: "late", count: 1 },
    { health: "failing", count: 1 },
    { health: "healthy", count: 2 },
  ]);
  expect(group?.openAlerts).toBe(1);
});

test("the last activity is that of the latest run of any pipeline", () => {
  const [group] = groupByClient(
    [
      ranAt(state("a", "x", "healthy"), "2026-11-20T02:00:00Z"),
      ranAt(state("a", "y", "healthy"), "2026-11-21T02:00:00.5Z"),
      state("a", "z", "unknown"),
    ],
    [],
    {},
  );
  expect(group?.lastAt).toBe("2026-11-21T02:00:00.5Z");
});

test("what is disabled is shown only when asked for", () => {
  const states = [state("a", "x", "healthy"), state("a", "y", "disabled"), state("b", "x", "disabled")];
  expect(names(groupByClient(states, [client("c", false)], {}))).toEqual(["a"]);
  expect(names(groupByClient(states, [client("c", false)], { disabled: true }))).toEqual(["a", "b", "c"]);
});

test("clients without pipelines come last, unless something of a pipeline is asked for", () => {
  const clients = [client("a"), client("Empty")];
  const states = [state("a", "x", "healthy")];
  expect(names(groupByClient(states, clients, {}))).toEqual(["a", "Empty"]);
  expect(names(groupByClient(states, clients, { platform: "airflow" }))).toEqual(["a"]);
  expect(names(groupByClient(states, clients, { text: "empt" }))).toEqual(["Empty"]);
});

test("a client whose pipelines are all filtered away does not look empty", () => {
  expect(groupByClient([state("a", "x", "healthy")], [client("a")], { health: "failing" })).toEqual([]);
});

test.each([
  [{ text: "NIGHT" }, ["a/Nightly load"]],
  [{ text: "beta" }, ["Beta/x"]],
  [{ text: "dag_" }, ["a/y"]],
  [{ platform: "dbt" as const }, ["Beta/x"]],
  [{ environment: "dev" as const }, ["a/y"]],
  [{ health: "attention" as const }, ["Beta/x"]],
])("%o finds %o", (filter, found) => {
  const states = [
    state("a", "Nightly load", "healthy"),
    state("a", "y", "unknown", { external_id: "dag_1", environment: "dev" }),
    state("Beta", "x", "late", { platform: "dbt" }),
  ];
  const ids = groupByClient(states, [], filter).flatMap((group) => group.states.map(({ pipeline }) => pipeline.id));
  expect(ids).toEqual(found);
});

test("counts leave out what does not occur", () => {
  expect(countByHealth([])).toEqual([]);
});

test("a tile is drawn anew only when something of it changed", () => {
  const states = [state("a", "x", "healthy"), state("a", "y", "healthy")];
  const grouped = (all: readonly PipelineState[]) => groupByClient(all, [], {})[0];
  const [before, same, changed] = [grouped(states), grouped([...states]), grouped([state("a", "x", "late")])];
  if (before === undefined || same === undefined || changed === undefined) throw new Error("a group is missing");
  expect(isSameGroup(before, same)).toBe(true);
  expect(isSameGroup(before, changed)).toBe(false);
});
