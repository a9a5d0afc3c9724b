import type { Run, Some } from "@/features/overview/queries";
import { needsAttention, type PipelineState } from "@/features/pipelines/health";
import { partsOf } from "@/features/system/parts";
import type { Health } from "@/features/system/queries";
import { countText, pluralText } from "@/ui/numbers";

export interface Known {
  health: Health | undefined;
  alerts: Some<unknown> | undefined;
  pipelines: Some<PipelineState> | undefined;
  failed: Some<Run> | undefined;
}

/** One thing that somebody should look at, and the page where it is. */
export interface Matter {
  tone: "bad" | "warn";
  text: string;
  to: "/system" | "/alerts" | "/pipelines" | "/runs";
}

/** "3", or "100+" where only so many were counted. */
export function atLeast({ items, isMore }: Some<unknown>): string {
  return isMore ? `${countText(items.length)}+` : countText(items.length);
}

function several(some: Some<unknown>, one: string, many: string): string {
  return some.isMore ? `${atLeast(some)} ${many}` : pluralText(some.items.length, one, many);
}

/** What is not fine, worst first, of what is known so far. */
export function mattersOf({ health, alerts, pipelines, failed }: Known): readonly Matter[] {
  const matters: Matter[] = [];
  const failing = health === undefined ? [] : partsOf(health).filter((part) => !part.ok);
  if (failing.length > 0) {
    const names = failing.map((part) => part.label).join(", ");
    const text = `${pluralText(failing.length, "part")} of Forebay ${failing.length === 1 ? "fails" : "fail"}: ${names}`;
    matters.push({ tone: "bad", text, to: "/system" });
  }
  if (alerts !== undefined && alerts.items.length > 0) {
    matters.push({ tone: "bad", text: several(alerts, "open alert", "open alerts"), to: "/alerts" });
  }
  const attention = pipelines?.items.filter((state) => needsAttention(state.health)) ?? [];
  if (attention.length > 0) {
    const verb = attention.length === 1 ? "needs" : "need";
    matters.push({
      tone: "warn",
      text: `${pluralText(attention.length, "pipeline")} ${verb} attention`,
      to: "/pipelines",
    });
  }
  if (failed !== undefined && failed.items.length > 0) {
    matters.push({ tone: "warn", text: `${several(failed, "run", "runs")} failed within a day`, to: "/runs" });
  }
  return matters;
}

/** Nothing has ever come in: neither files nor pipelines. undefined while that is not known. */
export function isEmpty(runs: Some<unknown> | undefined, pipelines: Some<unknown> | undefined): boolean | undefined {
  if (runs !== undefined && runs.items.length > 0) return false;
  if (pipelines !== undefined && pipelines.items.length > 0) return false;
  return runs === undefined || pipelines === undefined ? undefined : true;
}
