import type { Schemas } from "@/api/client";
import { HEALTHS } from "@/features/pipelines/search";
import type { Tone } from "@/ui/badge";
import { durationText } from "@/ui/numbers";
import { secondsBetween } from "@/ui/times";

export type Health = Schemas["Health"];
export type PipelineState = Schemas["PipelineStateBody"];

/** What each health is called, its colour, and what it means. The one place that says so. */
export const HEALTH: Readonly<Record<Health, { word: string; tone: Tone; means: string }>> = {
  stuck: { word: "Stuck", tone: "bad", means: "The latest run goes on for too long." },
  missing: { word: "Missing", tone: "bad", means: "A whole expected run did not come." },
  late: { word: "Late", tone: "warn", means: "A run should have started by now." },
  failing: { word: "Failing", tone: "bad", means: "The latest finished run failed." },
  unknown: { word: "No result yet", tone: "idle", means: "No run has succeeded or failed yet." },
  healthy: { word: "Healthy", tone: "ok", means: "The latest finished run succeeded, and none is overdue." },
  disabled: { word: "Disabled", tone: "idle", means: "The pipeline or its client is disabled." },
};

/** What somebody should look at. */
export const ATTENTION = ["stuck", "missing", "late", "failing"] as const satisfies readonly Health[];

export function needsAttention(health: Health): boolean {
  return ATTENTION.some((one) => one === health);
}

/** 0 for the worst. */
export function rankOf(health: Health): number {
  return HEALTHS.indexOf(health);
}

/** Why a pipeline is as it is, with its own numbers. */
export function reasonOf({ health, pipeline, latest_run: run, due_at: due }: PipelineState, now: number): string {
  const overdue = due === null ? "" : `, ${durationText(secondsBetween(due, null, now))} after it was due`;
  switch (health) {
    case "stuck": {
      if (run?.started_at == null || pipeline.finish_grace_seconds === null) return HEALTH.stuck.means;
      const gone = durationText(secondsBetween(run.started_at, null, now));
      return `The latest run has been going on for ${gone}; it may take ${durationText(pipeline.finish_grace_seconds)}.`;
    }
    case "missing":
      return `A whole expected run did not come: none has started${overdue}.`;
    case "late":
      return `No run has started${overdue}.`;
    case "disabled":
      return pipeline.is_active ? "Its client is disabled." : "It is disabled.";
    default:
      return HEALTH[health].means;
  }
}
