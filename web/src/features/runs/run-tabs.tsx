import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { known } from "@/app/search";
import { ArtifactsTab } from "@/features/runs/artifacts-tab";
import { DocumentsTab } from "@/features/runs/documents-tab";
import { FilesTab } from "@/features/runs/files/files-tab";
import { JobsTab } from "@/features/runs/jobs/jobs-tab";
import { LogTab } from "@/features/runs/log/log-tab";
import { OverviewTab } from "@/features/runs/overview-tab";
import { RUN_TABS } from "@/features/runs/search";
import { membersCounted } from "@/features/runs/timeline";
import { Card } from "@/ui/card";
import { countText } from "@/ui/numbers";
import { Loading } from "@/ui/state";
import { Tabs } from "@/ui/tabs";

interface Props {
  run: Schemas["RunBody"];
  events: readonly Schemas["EventBody"][];
  /** Nobody knows yet what happened. */
  isLoading: boolean;
  eventsError: unknown;
  onRetry: () => void;
}

/** Everything about a run that is too much to stand below each other. */
export function RunTabs({ run, events, isLoading, eventsError, onRetry }: Props) {
  const search = useSearch({ from: "/runs/$runId" });
  const navigate = useNavigate({ from: "/runs/$runId" });
  const counted = membersCounted(events);
  const hasDocuments = run.documents || run.type === "document";
  const tabs = [
    { value: "overview", label: "Overview", content: <OverviewTab run={run} events={events} /> },
    {
      value: "files",
      label: counted === undefined ? "Files" : `Files (${countText(counted.members)})`,
      content: isLoading ? (
        // events tell which listing is the newest: without them it would be fetched twice
        <Card flush>
          <Loading what="Loading the files" />
        </Card>
      ) : (
        <FilesTab run={run} events={events} />
      ),
    },
    ...(hasDocuments ? [{ value: "documents", label: "Documents", content: <DocumentsTab run={run} /> }] : []),
    { value: "jobs", label: "Jobs", content: <JobsTab run={run} events={events} /> },
    {
      value: "log",
      label: "Log",
      content: <LogTab events={events} isLoading={isLoading} error={eventsError} onRetry={onRetry} />,
    },
    { value: "artifacts", label: "Artifacts", content: <ArtifactsTab run={run} /> },
  ];
  const value = tabs.some((tab) => tab.value === search.tab) ? (search.tab ?? "overview") : "overview";
  return (
    <Tabs
      label="About the run"
      value={value}
      tabs={tabs}
      onChange={(next) => {
        const tab = RUN_TABS.find((one) => one === next);
        void navigate({
          search: (now) => known({ ...now, tab: tab === "overview" ? undefined : tab }),
          resetScroll: false,
        });
      }}
    />
  );
}
