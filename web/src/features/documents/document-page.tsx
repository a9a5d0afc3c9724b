import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Download, FileX } from "lucide-react";
import { asApiError } from "@/api/problem";
import { useTitle } from "@/app/title";
import { AttachmentsCard } from "@/features/documents/attachments-card";
import { CategoryCard } from "@/features/documents/category-card";
import { DeleteButton } from "@/features/documents/delete-button";
import { DetailsCard } from "@/features/documents/details-card";
import { FailureNote } from "@/features/documents/failure-note";
import { Panes } from "@/features/documents/panes";
import { type DocumentDetail, documentQuery } from "@/features/documents/queries";
import { RenameButton } from "@/features/documents/rename-button";
import { languageText, mediaText, STATUS_WORDS } from "@/features/documents/words";
import { Badge } from "@/ui/badge";
import { buttonClasses } from "@/ui/button";
import { Bytes } from "@/ui/bytes";
import { PageHead } from "@/ui/card";
import { pluralText } from "@/ui/numbers";
import { Empty, Failure, Loading } from "@/ui/state";
import { Time } from "@/ui/time";

export function DocumentPage() {
  const { documentId } = useParams({ from: "/documents/$documentId" });
  const { data, error, refetch } = useQuery(documentQuery(documentId));
  // one that was shown may be deleted by somebody else meanwhile; an id that is none cannot be there either
  const problem = error === null ? undefined : asApiError(error);
  const isGone = problem?.code === "document_not_found" || problem?.status === 422;
  useTitle(isGone ? "No such document" : (data?.title ?? "Document"));
  if (isGone) return <NoSuchDocument />;
  if (data !== undefined) return <Shown key={documentId} document={data} />;
  return (
    <>
      <PageHead title="Document" />
      {error === null ? (
        <Loading what="Loading the document" rows={8} />
      ) : (
        <Failure error={error} onRetry={() => void refetch()} what="The document could not be loaded" />
      )}
    </>
  );
}

function NoSuchDocument() {
  return (
    <>
      <PageHead title="Document" />
      <Empty
        title="There is no such document"
        icon={<FileX strokeWidth={1.5} />}
        actions={
          <Link to="/documents" className={buttonClasses({ look: "primary" })}>
            To the documents
          </Link>
        }
      >
        It may have been deleted, or the address is mistyped.
      </Empty>
    </>
  );
}

function Shown({ document }: { document: DocumentDetail }) {
  return (
    <>
      <PageHead
        title={document.title}
        about={<About document={document} />}
        actions={
          <>
            <a href={`/v1/documents/${document.id}/content`} download className={buttonClasses()}>
              <Download aria-hidden className="size-4" /> Download
            </a>
            <RenameButton document={document} />
            <DeleteButton document={document} />
          </>
        }
      />
      <div className="space-y-4">
        <FailureNote document={document} />
        {document.needs_ocr && (
          <p className="rounded-lg bg-warn-soft p-4 text-warn">
            Its pages are pictures that nobody has read. With tesseract on the server, read it again to have its text.
          </p>
        )}
        {document.status !== "failed" && <CategoryCard document={document} />}
        <Panes document={document} />
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <DetailsCard document={document} />
          <AttachmentsCard document={document} />
        </div>
      </div>
    </>
  );
}

function About({ document }: { document: DocumentDetail }) {
  const { label, tone, busy } = STATUS_WORDS[document.status];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
      <span role="status">
        <Badge tone={tone} pulse={busy}>
          {label}
        </Badge>
      </span>
      <span>{mediaText(document.media_type)}</span>
      {document.language !== null && <span>{languageText(document.language)}</span>}
      {document.page_count !== null && <span>{pluralText(document.page_count, "page")}</span>}
      <Bytes size={document.size_bytes} />
      <Time at={document.created_at} />
    </div>
  );
}
