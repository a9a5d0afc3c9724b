import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import type { DocumentDetail } from "@/features/documents/queries";
import { languageText, mediaText } from "@/features/documents/words";
import { Bytes } from "@/ui/bytes";
import { Card } from "@/ui/card";
import { Code } from "@/ui/copy";
import { countText } from "@/ui/numbers";
import { Time } from "@/ui/time";

const LINK = "text-accent-strong underline decoration-line-strong underline-offset-2 hover:decoration-current";

/** What is known of the document beside its text. */
export function DetailsCard({ document }: { document: DocumentDetail }) {
  const rows: [string, ReactNode][] = [
    ["Title", document.title],
    [
      "File",
      <span key="path" className="break-all">
        {document.path}
      </span>,
    ],
    [
      "Type",
      <span key="type">
        {mediaText(document.media_type)} <span className="text-muted break-all">({document.media_type})</span>
      </span>,
    ],
    ["Language", document.language === null ? "not told" : languageText(document.language)],
    ["Pages", document.page_count === null ? "–" : countText(document.page_count)],
    ["Size", <Bytes key="size" size={document.size_bytes} />],
    ["Text", document.text === null ? "not read" : <Bytes key="text" size={document.text.size_bytes} />],
    ["Owner", document.owner ?? "–"],
    ["SHA-256", <Code key="sha" text={document.sha256} what="the digest" length={20} />],
    ["Came in", <Time key="created" at={document.created_at} exact />],
    ["Changed", <Time key="updated" at={document.updated_at} exact />],
    [
      "Run",
      <Link key="run" to="/runs/$runId" params={{ runId: document.run_id }} className={LINK}>
        the run it came in with
      </Link>,
    ],
  ];
  if (document.parent_id !== null) {
    rows.push([
      "Attached to",
      <Link key="parent" to="/documents/$documentId" params={{ documentId: document.parent_id }} className={LINK}>
        the message
      </Link>,
    ]);
  }
  if (document.extractor !== null) {
    const { name, version } = document.extractor;
    rows.push([
      "Read by",
      <span key="reader">
        {name} <span className="font-mono text-muted text-xs break-all">{version}</span>
      </span>,
    ]);
  }
  return (
    <Card title="Details">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-6 gap-y-2">
        {rows.map(([name, value]) => (
          <Fragment key={name}>
            <dt className="text-muted text-xs">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Card>
  );
}
