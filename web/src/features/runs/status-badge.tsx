import type { Schemas } from "@/api/client";
import { JOB_STATUS, RUN_STATUS, STEP_STATUS } from "@/features/runs/status";
import { Badge } from "@/ui/badge";

export function RunStatusBadge({ status }: { status: Schemas["RunStatus"] }) {
  const { label, tone, underWay } = RUN_STATUS[status];
  return (
    <Badge tone={tone} pulse={underWay}>
      {label}
    </Badge>
  );
}

export function JobStatusBadge({ status }: { status: Schemas["JobStatus"] }) {
  const { label, tone, underWay } = JOB_STATUS[status];
  return (
    <Badge tone={tone} pulse={underWay}>
      {label}
    </Badge>
  );
}

export function StepStatusBadge({ status }: { status: Schemas["StepStatus"] }) {
  const { label, tone, underWay } = STEP_STATUS[status];
  return (
    <Badge tone={tone} pulse={underWay}>
      {label}
    </Badge>
  );
}
