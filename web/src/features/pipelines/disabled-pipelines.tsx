import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { disabledPipelinesQuery } from "@/features/pipelines/queries";
import { usePipelineSwitch } from "@/features/pipelines/use-changes";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";

/** What was disabled, to be enabled again. Nothing is shown where there is none. */
export function DisabledPipelines({ clientId }: { clientId: string }) {
  const [cursor, setCursor] = useState<string>();
  const page = useQuery(disabledPipelinesQuery(clientId, cursor));
  const change = usePipelineSwitch();
  if (page.data === undefined || (page.data.items.length === 0 && cursor === undefined)) return null;
  const next = page.data.next_cursor;
  return (
    <Card flush title="Disabled pipelines">
      <ul aria-label="Disabled pipelines">
        {page.data.items.map((pipeline) => (
          <li
            key={pipeline.id}
            className="flex items-center justify-between gap-3 border-line border-b px-4 py-2 last:border-0"
          >
            <Link
              to="/pipelines/$pipelineId"
              params={{ pipelineId: pipeline.id }}
              className="min-w-0 break-words hover:underline"
            >
              {pipeline.name}
            </Link>
            <Button
              small
              aria-label={`Enable ${pipeline.name}`}
              disabled={change.isPending}
              onClick={() => change.mutate({ pipeline, is_active: true })}
            >
              Enable
            </Button>
          </li>
        ))}
      </ul>
      {(next !== null || cursor !== undefined) && (
        <nav aria-label="Pages of disabled pipelines" className="flex justify-end gap-2 border-line border-t px-4 py-2">
          <Button small disabled={cursor === undefined} onClick={() => setCursor(undefined)}>
            First page
          </Button>
          <Button small disabled={next === null} onClick={() => setCursor(next ?? undefined)}>
            Next page
          </Button>
        </nav>
      )}
    </Card>
  );
}
