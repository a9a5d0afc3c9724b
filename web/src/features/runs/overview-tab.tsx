import { Link } from "@tanstack/react-router";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { RUN_TYPE } from "@/features/runs/status";
import { membersCounted } from "@/features/runs/timeline";
import { buttonClasses } from "@/ui/button";
import { Bytes } from "@/ui/bytes";
import { Card } from "@/ui/card";
import { Code } from "@/ui/copy";
import { pluralText } from "@/ui/numbers";
import { Time } from "@/ui/time";

type Run = Schemas["RunBody"];

export function OverviewTab({ run, events }: { run: Run; events: readonly Schemas["EventBody"][] }) {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="About">
        <dl className="grid grid-cols-[6rem_1fr] items-baseline gap-x-4 gap-y-2">
          <Fact name="Type">
            {RUN_TYPE[run.type]} <code className="font-mono text-muted text-xs">{run.type}</code>
          </Fact>
          <Fact name="Label">{run.label}</Fact>
          <Fact name="Owner">{run.owner}</Fact>
          <Fact name="Came in">
            <Time at={run.created_at} exact />
          </Fact>
          <Fact name="Last change">
            <Time at={run.updated_at} exact />
          </Fact>
          <Fact name="Id">
            <Code text={run.id} what="the run's id" length={18} />
          </Fact>
          {run.parent_run_id !== null && (
            <Fact name="Follows">
              <Link
                to="/runs/$runId"
                params={{ runId: run.parent_run_id }}
                className="font-mono text-accent-strong text-xs hover:underline"
              >
                {run.parent_run_id}
              </Link>
            </Fact>
          )}
        </dl>
        <h3 className="mt-4 mb-1 font-medium text-muted text-xs">Notes</h3>
        <p className="whitespace-pre-wrap break-words">{run.notes ?? <span className="text-muted">None.</span>}</p>
      </Card>
      <Card title="What was sent">
        {run.files.length === 0 ? (
          <p className="text-muted">
            {run.status === "failed" ? "No bytes were kept of it." : "Its bytes are still coming in."}
          </p>
        ) : (
          run.files.map((file) => <Sent key={file.id} run={run} file={file} events={events} />)
        )}
      </Card>
    </div>
  );
}

function Sent({ run, file, events }: { run: Run; file: Schemas["FileBody"]; events: readonly Schemas["EventBody"][] }) {
  const counted = membersCounted(events);
  return (
    <>
      <dl className="grid grid-cols-[6rem_1fr] items-baseline gap-x-4 gap-y-2">
        <Fact name="File">
          <span className="break-all">{file.path}</span>
        </Fact>
        <Fact name="Size">
          <Bytes size={file.size_bytes} />
        </Fact>
        <Fact name="Media type">{file.media_type}</Fact>
        <Fact name="SHA-256">{file.sha256 !== null && <Code text={file.sha256} what="the SHA-256" length={18} />}</Fact>
        {counted !== undefined && run.type !== "single_conf" && run.type !== "document" && (
          <Fact name="Inside">
            {pluralText(counted.members, "member")}
            {counted.bytes !== undefined && (
              <>
                , <Bytes size={counted.bytes} /> unpacked
              </>
            )}
          </Fact>
        )}
      </dl>
      <div className="mt-4 flex flex-wrap gap-2">
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          search={{ tab: "files" }}
          resetScroll={false}
          className={buttonClasses({ small: true })}
        >
          Look inside
        </Link>
        <a href={`/v1/files/${file.id}/content`} download className={buttonClasses({ small: true })}>
          <Download aria-hidden className="size-4" /> Download {file.path.length <= 40 && file.path}
        </a>
      </div>
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  const isMissing = children === null || children === undefined || children === false || children === "";
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{isMissing ? <span className="text-muted">–</span> : children}</dd>
    </>
  );
}
