import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LINK, Nothing, Part } from "@/features/overview/part";
import { type DocumentItem, latestDocumentsQuery } from "@/features/overview/queries";
import { Badge } from "@/ui/badge";
import { Time } from "@/ui/time";

/** The documents that came in last. */
export function DocumentsPart() {
  return (
    <Part
      title="Latest documents"
      query={useQuery(latestDocumentsQuery)}
      link={
        <Link to="/documents" className={LINK}>
          All documents
        </Link>
      }
    >
      {({ items }) =>
        items.length === 0 ? (
          <Nothing>There is no document yet.</Nothing>
        ) : (
          <ul>
            {items.map((document) => (
              <li key={document.id} className="border-line border-b last:border-0">
                <Link
                  to="/documents/$documentId"
                  params={{ documentId: document.id }}
                  className="flex items-center justify-between gap-3 px-4 py-2.5 hover:bg-sunken/70"
                >
                  <span className="min-w-0">
                    <span className="block truncate font-medium">{document.title}</span>
                    <span className="block text-muted text-xs">
                      <Time at={document.created_at} />
                    </span>
                  </span>
                  <State document={document} />
                </Link>
              </li>
            ))}
          </ul>
        )
      }
    </Part>
  );
}

function State({ document: { status, category } }: { document: DocumentItem }) {
  if (status === "failed") return <Badge tone="bad">Failed</Badge>;
  if (status !== "ready") {
    return (
      <Badge tone="info" pulse>
        Being read
      </Badge>
    );
  }
  return <span className="max-w-36 truncate text-muted text-xs">{category ?? "uncategorised"}</span>;
}
