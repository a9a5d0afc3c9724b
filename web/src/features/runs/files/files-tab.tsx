import { useNavigate, useSearch } from "@tanstack/react-router";
import { FolderTree, MousePointerClick } from "lucide-react";
import { useEffect, useId, useMemo, useRef } from "react";
import type { Schemas } from "@/api/client";
import { known } from "@/app/search";
import { FilePanel } from "@/features/runs/files/file-panel";
import { FileTree } from "@/features/runs/files/file-tree";
import { SearchResults } from "@/features/runs/files/search-results";
import { keyOfFile } from "@/features/runs/files/tree";
import { useTree } from "@/features/runs/files/use-tree";
import type { Listing } from "@/features/runs/queries";
import { RUN_STATUS } from "@/features/runs/status";
import { listingVersion, membersCounted } from "@/features/runs/timeline";
import { Card } from "@/ui/card";
import { Input } from "@/ui/field";
import { Empty, Failure } from "@/ui/state";
import { useTyped } from "@/ui/use-typed";

interface Props {
  run: Schemas["RunBody"];
  events: readonly Schemas["EventBody"][];
}

/** What is inside of the run, and one file of it beside that. Which one is in the URL. */
export function FilesTab({ run, events }: Props) {
  const search = useSearch({ from: "/runs/$runId" });
  const listing = { runId: run.id, version: listingVersion(events) };
  const panel = useRef<HTMLDivElement>(null);
  const shown = useRef(search.file);
  useEffect(() => {
    if (shown.current === search.file) return;
    shown.current = search.file;
    // on a phone it stands below the tree, out of sight
    if (matchMedia("(width < 64rem)").matches) panel.current?.scrollIntoView();
  }, [search.file]);
  const [sent] = run.files;
  if (sent === undefined) {
    return (
      <Card flush>
        <Empty title="There are no files" icon={<FolderTree strokeWidth={1.5} />}>
          {run.status === "failed" ? "No bytes were kept of this run." : "The bytes are still coming in."}
        </Empty>
      </Card>
    );
  }
  const isOne = (run.type === "single_conf" || run.type === "document") && (membersCounted(events)?.members ?? 0) <= 1;
  if (isOne) return <FilePanel listing={listing} path={search.file ?? sent.path} copy={search.copy ?? 0} />;
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(17rem,2fr)_3fr]">
      <Inside run={run} listing={listing} />
      {search.file === undefined ? (
        <Card flush className="hidden lg:block">
          <Empty title="Choose a file" icon={<MousePointerClick strokeWidth={1.5} />}>
            What is in it shows here, if it is text.
          </Empty>
        </Card>
      ) : (
        <div ref={panel} className="min-w-0 scroll-mt-16">
          <FilePanel
            key={`${search.file} ${search.copy ?? 0}`}
            listing={listing}
            path={search.file}
            copy={search.copy ?? 0}
          />
        </div>
      )}
    </div>
  );
}

function Inside({ run, listing }: { run: Schemas["RunBody"]; listing: Listing }) {
  const search = useSearch({ from: "/runs/$runId" });
  const navigate = useNavigate({ from: "/runs/$runId" });
  const id = useId();
  const uploads = useMemo(() => run.files.map((file) => file.path), [run.files]);
  const tree = useTree(listing, uploads, search.file);
  const selected = search.file === undefined ? undefined : keyOfFile(search.file, search.copy ?? 0);
  const typed = useTyped(
    search.find,
    (find) => void navigate({ search: (now) => known({ ...now, find }), replace: true, resetScroll: false }),
  );
  const onFile = (file: string, copy: number) =>
    void navigate({
      search: (now) => known({ ...now, file, copy: copy === 0 ? undefined : copy, line: undefined }),
      resetScroll: false,
    });
  const isEmpty = tree.root?.state === "here" && tree.rows.every((row) => row.kind === "note");
  return (
    <Card flush className="self-start">
      <div className="border-line border-b p-3">
        <label htmlFor={id} className="sr-only">
          Search files by path
        </label>
        <Input id={id} type="search" placeholder="Search files by path" className="h-8" {...typed} />
      </div>
      <div className="h-80 lg:h-[38rem]">
        {search.find !== undefined ? (
          <SearchResults
            key={listing.version}
            listing={listing}
            text={search.find}
            selected={selected}
            uploads={uploads}
            onFile={onFile}
          />
        ) : tree.root?.state === "failed" ? (
          <Failure error={tree.error} onRetry={tree.retry} />
        ) : isEmpty ? (
          <NothingInside run={run} />
        ) : (
          <FileTree rows={tree.rows} selected={selected} onToggle={tree.toggle} onMore={tree.more} onFile={onFile} />
        )}
      </div>
    </Card>
  );
}

function NothingInside({ run }: { run: Schemas["RunBody"] }) {
  const icon = <FolderTree strokeWidth={1.5} />;
  if (RUN_STATUS[run.status].underWay) {
    return (
      <Empty title="It is not read yet" icon={icon}>
        What is inside shows here as soon as a worker has read it.
      </Empty>
    );
  }
  if (run.status === "failed") {
    return (
      <Empty title="It could not be read" icon={icon}>
        The reason is above. What was sent can still be downloaded whole.
      </Empty>
    );
  }
  return (
    <Empty title="There is nothing inside" icon={icon}>
      The archive is empty.
    </Empty>
  );
}
