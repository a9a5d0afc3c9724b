import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, FileX, TriangleAlert } from "lucide-react";
import { useCallback } from "react";
import type { Schemas } from "@/api/client";
import { known } from "@/app/search";
import { FLAG, modeText } from "@/features/runs/files/member";
import { TextPreview } from "@/features/runs/preview/text-preview";
import { fileQuery, type Listing } from "@/features/runs/queries";
import { buttonClasses } from "@/ui/button";
import { Bytes } from "@/ui/bytes";
import { Card } from "@/ui/card";
import { Code } from "@/ui/copy";
import { Empty, Failure, Loading } from "@/ui/state";
import { Time } from "@/ui/time";

type File = Schemas["FileBody"];

/** One file: what is known of it, and its text. */
export function FilePanel({ listing, path, copy }: { listing: Listing; path: string; copy: number }) {
  const file = useQuery(fileQuery(listing, path, copy));
  if (file.error !== null) {
    return (
      <Card flush>
        <Failure error={file.error} onRetry={() => void file.refetch()} />
      </Card>
    );
  }
  if (file.data === undefined) {
    return (
      <Card title={path} flush>
        <Loading what="Loading the file" />
      </Card>
    );
  }
  if (file.data === null) {
    return (
      <Card flush>
        <Empty title="There is no such file in this run" icon={<FileX strokeWidth={1.5} />}>
          <span className="break-all">{path}</span> is not there, or not any more.
        </Empty>
      </Card>
    );
  }
  return <FoundFile file={file.data} />;
}

function FoundFile({ file }: { file: File }) {
  const { line } = useSearch({ from: "/runs/$runId" });
  const navigate = useNavigate({ from: "/runs/$runId" });
  const onLine = useCallback(
    (next: number) =>
      void navigate({ search: (now) => known({ ...now, line: next }), replace: true, resetScroll: false }),
    [navigate],
  );
  const url = `/v1/files/${file.id}/content`;
  const hasBytes = file.kind === "file" && file.sha256 !== null;
  return (
    <Card
      flush
      className="self-start"
      title={<span className="break-all">{file.path}</span>}
      actions={
        hasBytes && (
          <a href={url} download className={buttonClasses({ small: true })}>
            <Download aria-hidden className="size-4" /> Download
          </a>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b px-4 py-2 text-muted text-xs">
        <Bytes size={file.size_bytes} />
        <span>{file.kind === "file" ? file.media_type : file.kind.replace("_", " ")}</span>
        {file.mode !== null && <code title={`mode ${file.mode.toString(8)}`}>{modeText(file.mode)}</code>}
        {file.mtime !== null && (
          <span>
            changed <Time at={file.mtime} />
          </span>
        )}
        {file.sha256 !== null && (
          <span className="inline-flex items-center gap-1">
            SHA-256 <Code text={file.sha256} what="the SHA-256" />
          </span>
        )}
      </div>
      {file.flags.length > 0 && (
        <ul className="space-y-1 border-line border-b bg-warn-soft px-4 py-2 text-warn text-xs">
          {file.flags.map((flag) => (
            <li key={flag} className="flex items-center gap-2">
              <TriangleAlert aria-hidden className="size-4 shrink-0" />
              <span>
                {FLAG[flag]}
                {flag.endsWith("_path") && flag !== "duplicate_path" && (
                  <>
                    : <code className="break-all">{file.stored_path}</code>
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasBytes ? (
        <TextPreview url={url} size={file.size_bytes} name={file.path} line={line} onLine={onLine} />
      ) : (
        <p className="px-4 py-8 text-center text-muted">
          {file.link_target !== null ? (
            <>
              A link to <code className="break-all text-ink">{file.link_target}</code>. Links are told, never followed.
            </>
          ) : file.kind === "file" ? (
            "Its bytes cannot be read. The archive can be downloaded whole."
          ) : (
            "It has no bytes of its own."
          )}
        </p>
      )}
    </Card>
  );
}
