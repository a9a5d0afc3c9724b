import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, Eye, Package } from "lucide-react";
import type { Schemas } from "@/api/client";
import { known } from "@/app/search";
import { TextPreview } from "@/features/runs/preview/text-preview";
import { artifactsQuery, jobsQuery } from "@/features/runs/queries";
import { wordsOf } from "@/features/runs/status";
import { buttonClasses } from "@/ui/button";
import { Bytes } from "@/ui/bytes";
import { Card } from "@/ui/card";
import { Code } from "@/ui/copy";
import { Empty } from "@/ui/state";
import { type Column, DataTable } from "@/ui/table";
import { Time } from "@/ui/time";

type Artifact = Schemas["ArtifactBody"];

/** The files that jobs made of the run, those of the last job first. */
export function ArtifactsTab({ run }: { run: Schemas["RunBody"] }) {
  const { artifact: chosenId } = useSearch({ from: "/runs/$runId" });
  const navigate = useNavigate({ from: "/runs/$runId" });
  const jobs = useQuery(jobsQuery(run.id));
  const pages = useQueries({ queries: (jobs.data?.items ?? []).map((job) => artifactsQuery(job.id)) });
  const isLoading = jobs.data === undefined || pages.some((page) => page.data === undefined);
  const rows = isLoading ? undefined : pages.flatMap((page) => page.data?.items ?? []);
  const failed = [jobs, ...pages].find((one) => one.error !== null);
  const chosen = rows?.find((one) => one.id === chosenId);
  return (
    <div className="space-y-4">
      <Card flush>
        <DataTable
          label="Artifacts"
          columns={columnsOf(
            (id) => void navigate({ search: (now) => known({ ...now, artifact: id }), resetScroll: false }),
          )}
          rows={rows}
          keyOf={(artifact) => artifact.id}
          error={failed?.error}
          onRetry={() => void failed?.refetch()}
          empty={
            <Empty title="There are no artifacts" icon={<Package strokeWidth={1.5} />}>
              Files that jobs make of the run show here, such as the list of its members' digests.
            </Empty>
          }
        />
      </Card>
      {chosen !== undefined && (
        <Card title={chosen.name} flush>
          <TextPreview key={chosen.id} url={chosen.content_url} size={chosen.size_bytes} name={chosen.name} />
        </Card>
      )}
    </div>
  );
}

function columnsOf(onLook: (id: string) => void): readonly Column<Artifact>[] {
  return [
    {
      id: "name",
      header: "Name",
      cell: (artifact) => (
        <div className="min-w-24">
          <span className="font-medium break-all">{artifact.name}</span>
          <span className="block text-muted text-xs">{wordsOf(artifact.kind)}</span>
        </div>
      ),
    },
    {
      id: "sha256",
      header: "SHA-256",
      hidden: "md",
      cell: (artifact) => <Code text={artifact.sha256} what="the SHA-256" />,
    },
    { id: "size", header: "Size", align: "right", cell: (artifact) => <Bytes size={artifact.size_bytes} /> },
    { id: "made", header: "Made", align: "right", hidden: "sm", cell: (artifact) => <Time at={artifact.created_at} /> },
    {
      id: "actions",
      header: "Actions",
      align: "right",
      cell: (artifact) => (
        <div className="flex justify-end gap-2">
          <button
            type="button"
            aria-label={`Preview ${artifact.name}`}
            title="Preview"
            onClick={() => onLook(artifact.id)}
            className={buttonClasses({ small: true })}
          >
            <Eye aria-hidden className="size-4" />
          </button>
          <a
            href={artifact.content_url}
            download
            aria-label={`Download ${artifact.name}`}
            title="Download"
            className={buttonClasses({ small: true })}
          >
            <Download aria-hidden className="size-4" />
          </a>
        </div>
      ),
    },
  ];
}
