import { expect, test } from "vitest";
import { concernOf } from "@/features/system/activity";
import type { Activity, System } from "@/features/system/queries";

const calm: Activity = { schema_revision: "7", queued: 0, running: 0, due: 0, waited_seconds: 0, workers: [] };

function system(activity: Partial<Activity> | null, more: Partial<System> = {}): System {
  return {
    version: "1",
    python_version: "3",
    platform: "Linux",
    started_at: "2026-11-21T12:00:00Z",
    database: "sqlite",
    blobs: "file",
    queue: "local",
    worker: { name: "host:1", concurrency: 2 },
    activity: activity === null ? null : { ...calm, ...activity },
    settings: [],
    optional_parts: [],
    ...more,
  };
}

const seen = (name: string, isSilent: boolean) => ({
  name,
  since: "2026-11-21T12:00:00Z",
  is_silent: isSilent,
  jobs: [],
});

test("there is nothing to say while jobs are taken soon", () => {
  expect(concernOf(system({}))).toBeUndefined();
  expect(concernOf(system({ due: 3, waited_seconds: 59 }))).toBeUndefined();
});

test("jobs that wait for long are worth a word, and bad where nobody works on them", () => {
  const waiting = { due: 1, waited_seconds: 90 };
  expect(concernOf(system(waiting))).toMatchObject({ tone: "warn" });
  expect(concernOf(system(waiting))?.text).toContain("1 job waits for a worker, the oldest for 1 min 30 s");
  const alone = concernOf(system(waiting, { worker: null }));
  expect(alone).toMatchObject({ tone: "bad" });
  expect(alone?.text).toContain("forebay worker");
  expect(concernOf(system(waiting, { worker: null, queue: "redis" }))?.text).toContain("Celery");
});

test("a worker elsewhere counts, unless nothing was heard of it", () => {
  const waiting = { due: 2, waited_seconds: 90 };
  const at = (isSilent: boolean) => system({ ...waiting, workers: [seen("far:1", isSilent)] }, { worker: null });
  expect(concernOf(at(false))).toMatchObject({ tone: "warn" });
  expect(concernOf(at(true))).toMatchObject({ tone: "bad" });
});

test("a silent worker is named", () => {
  expect(concernOf(system({ workers: [seen("far:1", true), seen("near:2", false)] }))?.text).toContain("far:1");
});

test("while the database does not answer, nobody knows", () => {
  expect(concernOf(system(null))).toMatchObject({ tone: "bad" });
});
