import { Link } from "@tanstack/react-router";
import { Paperclip } from "lucide-react";
import type { DocumentDetail } from "@/features/documents/queries";
import { STATUS_WORDS } from "@/features/documents/words";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";

/** What was attached to a message and became documents. */
export function AttachmentsCard({ document }: { document: DocumentDetail }) {
  if (document.attachments.length === 0) return null;
  return (
    <Card title="Attachments" flush>
      <ul aria-label="Attachments" className="divide-y divide-line">
        {document.attachments.map(({ id, title, path, status }) => (
          <li key={id} className="flex items-center gap-3 px-4 py-2.5">
            <Paperclip aria-hidden className="size-4 shrink-0 text-muted" />
            <div className="min-w-0 flex-1">
              <Link
                to="/documents/$documentId"
                params={{ documentId: id }}
                className="font-medium break-words hover:underline"
              >
                {title}
              </Link>
              <p className="truncate text-muted text-xs">{path.slice(path.lastIndexOf("!/") + 1).replace(/^\//, "")}</p>
            </div>
            <Badge tone={STATUS_WORDS[status].tone} pulse={STATUS_WORDS[status].busy}>
              {STATUS_WORDS[status].label}
            </Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
