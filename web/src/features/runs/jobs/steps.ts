import type { Schemas } from "@/api/client";
import { bytesText, countText } from "@/ui/numbers";

type Step = Schemas["StepBody"];

/** Where a step lies within its job, as shares of the time from the job's first step until now or its end. */
export interface Span {
  left: number;
  width: number;
}

export function spansOf(steps: readonly Step[], now: number): Map<string, Span> {
  const begun = steps.flatMap((step) =>
    step.started_at === null
      ? []
      : [
          {
            id: step.id,
            from: Date.parse(step.started_at),
            to: step.finished_at === null ? now : Date.parse(step.finished_at),
          },
        ],
  );
  const from = Math.min(...begun.map((one) => one.from));
  const whole = Math.max(1, Math.max(...begun.map((one) => one.to)) - from);
  return new Map(
    begun.map((one) => [one.id, { left: (one.from - from) / whole, width: Math.max(0, one.to - one.from) / whole }]),
  );
}

/** What a step says of its results, in words: {"members": 3} → "members: 3". What says nothing is left out. */
export function resultsOf(metadata: Step["metadata"]): string[] {
  return Object.entries(metadata).flatMap(([name, value]) => {
    const text = valueText(name, value);
    return text === undefined ? [] : [`${name.replaceAll("_", " ").replace(/ bytes$/, "")}: ${text}`];
  });
}

function valueText(name: string, value: unknown): string | undefined {
  if (typeof value === "number") return name.endsWith("_bytes") ? bytesText(value) : countText(value);
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null || typeof value !== "object") return undefined;
  const parts = Object.entries(value).map(([key, one]) => `${key.replaceAll("_", " ")} ${valueText(key, one) ?? "–"}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}
