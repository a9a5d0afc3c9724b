import type { Schemas } from "@/api/client";
import { Command } from "@/features/pipelines/command";
import { reportLine } from "@/features/pipelines/report-line";
import { Dialog } from "@/ui/dialog";

/** A line for a shell that reports a run of a pipeline. */
export function ReportLineDialog({
  pipeline,
  onClose,
}: {
  pipeline: Schemas["PipelineBody"] | undefined;
  onClose: () => void;
}) {
  return (
    <Dialog open={pipeline !== undefined} onClose={onClose} wide title={`Report a run of ${pipeline?.name ?? ""}`}>
      {pipeline !== undefined && <ReportLine pipelineId={pipeline.id} />}
    </Dialog>
  );
}

export function ReportLine({ pipelineId }: { pipelineId: string }) {
  return (
    <>
      <p className="mb-2 text-muted">
        Send this when a run is over. <code className="font-mono text-xs">external_run_id</code> makes it safe to send
        again, <code className="font-mono text-xs">"status": "failed"</code> and{" "}
        <code className="font-mono text-xs">error_message</code> say that it failed.
      </p>
      <Command text={reportLine(globalThis.location.origin, pipelineId)} what="the curl line" />
    </>
  );
}
