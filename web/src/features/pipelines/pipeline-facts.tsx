import { Pencil } from "lucide-react";
import type { ReactNode } from "react";
import { HEALTH, type PipelineState, reasonOf } from "@/features/pipelines/health";
import { HealthBadge } from "@/features/pipelines/health-mark";
import { ENVIRONMENT, PLATFORM, TYPE } from "@/features/pipelines/words";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { durationText } from "@/ui/numbers";
import { Time, useNow } from "@/ui/time";

/** How a pipeline is and why, and what is expected of it. */
export function PipelineFacts({ state, onSchedule }: { state: PipelineState; onSchedule: () => void }) {
  const now = useNow();
  const { pipeline } = state;
  return (
    <Card
      title="Health"
      actions={
        <Button small onClick={onSchedule}>
          <Pencil aria-hidden className="size-3.5" /> Edit the schedule
        </Button>
      }
    >
      <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1" aria-live="polite">
        <HealthBadge health={state.health} />
        <span>{reasonOf(state, Math.max(now, Date.now()))}</span>
        <span className="sr-only">{HEALTH[state.health].means}</span>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
        <Fact name="Next run due">{state.due_at === null ? "Nothing is expected" : <Time at={state.due_at} />}</Fact>
        <Fact name="A run starts every">
          {pipeline.expect_every_seconds === null ? "Nothing is expected" : durationText(pipeline.expect_every_seconds)}
        </Fact>
        <Fact name="It may be later by">
          {pipeline.start_grace_seconds === 0 ? "Not at all" : durationText(pipeline.start_grace_seconds)}
        </Fact>
        <Fact name="It may take">
          {pipeline.finish_grace_seconds === null ? "As long as it likes" : durationText(pipeline.finish_grace_seconds)}
        </Fact>
        <Fact name="Platform">{PLATFORM[pipeline.platform]}</Fact>
        <Fact name="External id">
          {pipeline.external_id === null ? (
            "–"
          ) : (
            <code className="break-all font-mono text-xs">{pipeline.external_id}</code>
          )}
        </Fact>
        <Fact name="Type">{TYPE[pipeline.pipeline_type]}</Fact>
        <Fact name="Environment">{ENVIRONMENT[pipeline.environment]}</Fact>
        <Fact name={pipeline.is_active ? "Enabled" : "Last enabled"}>
          <Time at={pipeline.enabled_at} />
        </Fact>
      </dl>
    </Card>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="mt-0.5 break-words">{children}</dd>
    </div>
  );
}
