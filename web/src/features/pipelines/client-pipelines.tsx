import { Pencil, Terminal } from "lucide-react";
import { useMemo, useState } from "react";
import type { Schemas } from "@/api/client";
import type { PipelineState } from "@/features/pipelines/health";
import { ReportLineDialog } from "@/features/pipelines/report-line-dialog";
import {
  alertsColumn,
  dueColumn,
  healthColumn,
  latestColumns,
  pipelineColumn,
} from "@/features/pipelines/state-columns";
import { Button, IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { Empty } from "@/ui/state";
import { type Column, DataTable } from "@/ui/table";

/** The enabled pipelines of a client with the latest run of each. */
export function ClientPipelines({
  states,
  error,
  onRetry,
  onNew,
  onEdit,
}: {
  states: readonly PipelineState[] | undefined;
  error: unknown;
  onRetry: () => void;
  onNew: () => void;
  onEdit: (pipelineId: string) => void;
}) {
  const [told, setTold] = useState<Schemas["PipelineBody"]>();
  const columns = useMemo(
    (): readonly Column<PipelineState>[] => [
      pipelineColumn,
      healthColumn,
      ...latestColumns,
      dueColumn,
      alertsColumn,
      {
        id: "actions",
        header: "Actions",
        align: "right",
        cell: ({ pipeline }) => (
          <span className="inline-flex">
            <IconButton label={`How to report a run of ${pipeline.name}`} onClick={() => setTold(pipeline)}>
              <Terminal aria-hidden className="size-4" />
            </IconButton>
            <IconButton label={`Edit ${pipeline.name}`} onClick={() => onEdit(pipeline.id)}>
              <Pencil aria-hidden className="size-4" />
            </IconButton>
          </span>
        ),
      },
    ],
    [onEdit],
  );
  return (
    <Card
      flush
      title="Latest of each pipeline"
      actions={
        <Button small onClick={onNew}>
          New pipeline
        </Button>
      }
    >
      <DataTable
        label="Pipelines of the client"
        columns={columns}
        rows={states}
        keyOf={(state) => state.pipeline.id}
        error={error}
        onRetry={onRetry}
        empty={
          <Empty
            title="No pipeline is enabled here"
            actions={
              <Button look="primary" onClick={onNew}>
                New pipeline
              </Button>
            }
          >
            Make one, or report a run of it and have it made.
          </Empty>
        }
      />
      <ReportLineDialog pipeline={told} onClose={() => setTold(undefined)} />
    </Card>
  );
}
