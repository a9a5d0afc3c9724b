import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { runDocumentsQuery } from "@/features/runs/queries";
import { wordsOf } from "@/features/runs/status";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Bytes } from "@/ui/bytes";
import { Card } from "@/ui/card";
import { percentText } from "@/ui/numbers";
import { Empty } from "@/ui/state";
import { type Column, DataTable } from "@/ui/table";

type Document = Schemas["DocumentBody"];

const TONES: Record<Schemas["DocumentStatus"], Tone> = {
  uploaded: "idle",
  extracting: "info",
  classifying: "info",
  ready: "ok",
  failed: "bad",
};

const COLUMNS: readonly Column<Document>[] = [
  {
    id: "title",
    header: "Document",
    cell: (document) => (
      <div className="min-w-36 max-w-md">
        <Link
          to="/documents/$documentId"
          params={{ documentId: document.id }}
          className="block truncate font-medium text-accent-strong hover:underline"
        >
          {document.title === null || document.title === "" ? document.path : document.title}
        </Link>
        <span className="block truncate text-muted text-xs">{document.path}</span>
      </div>
    ),
  },
  {
    id: "status",
    header: "Status",
    cell: (document) => (
      <Badge tone={TONES[document.status]} pulse={TONES[document.status] === "info"}>
        {wordsOf(document.status)}
      </Badge>
    ),
  },
  {
    id: "category",
    header: "Category",
    hidden: "sm",
    cell: (document) =>
      document.category === null ? (
        <span className="text-muted">None</span>
      ) : (
        <>
          {document.category}{" "}
          {document.confidence !== null && <span className="text-muted">{percentText(document.confidence)}</span>}
        </>
      ),
  },
  {
    id: "size",
    header: "Size",
    align: "right",
    hidden: "md",
    cell: (document) => <Bytes size={document.size_bytes} />,
  },
];

/** What became documents of the run. */
export function DocumentsTab({ run }: { run: Schemas["RunBody"] }) {
  const documents = useInfiniteQuery(runDocumentsQuery(run.id));
  return (
    <Card flush>
      <DataTable
        label="Documents of the run"
        columns={COLUMNS}
        rows={documents.data?.pages.flatMap((page) => page.items)}
        keyOf={(document) => document.id}
        error={documents.error}
        onRetry={() => void documents.refetch()}
        empty={<Empty title="There are no documents">None was found in the run, or it was not read yet.</Empty>}
      />
      {documents.hasNextPage && (
        <div className="border-line border-t px-4 py-2 text-center">
          <Button small disabled={documents.isFetchingNextPage} onClick={() => void documents.fetchNextPage()}>
            {documents.isFetchingNextPage ? "Loading…" : "Load more"}
          </Button>
        </div>
      )}
    </Card>
  );
}
