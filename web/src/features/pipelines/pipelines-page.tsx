import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { known } from "@/app/search";
import { useTitle } from "@/app/title";
import { ClientDialog } from "@/features/pipelines/client-dialog";
import { PipelineList } from "@/features/pipelines/pipeline-list";
import { ENVIRONMENTS, HEALTHS, type PipelinesSearch, PLATFORMS } from "@/features/pipelines/search";
import { SearchBox } from "@/features/pipelines/search-box";
import { Wall } from "@/features/pipelines/wall-view";
import { ENVIRONMENT_CHOICES, HEALTH_CHOICES, oneOf, PLATFORM_CHOICES } from "@/features/pipelines/words";
import { Button } from "@/ui/button";
import { PageHead } from "@/ui/card";
import { Checkbox, FilterSelect } from "@/ui/field";
import { Segmented } from "@/ui/segmented";

const VIEWS = [
  { value: "wall", label: "Wall" },
  { value: "list", label: "List" },
] as const;

export function PipelinesPage() {
  useTitle("Pipelines");
  const search = useSearch({ from: "/pipelines" });
  const navigate = useNavigate({ from: "/pipelines" });
  const [isNew, setNew] = useState(false);
  const isList = search.view === "list";
  /** Whoever changes a filter begins with the first page. */
  const change = (part: { [K in keyof PipelinesSearch]?: PipelinesSearch[K] | undefined }) =>
    void navigate({ search: (before) => known({ ...before, cursor: undefined, ...part }), replace: true });
  // what is disabled is found only while it is shown
  const health = (value: string | undefined) =>
    change({
      health: oneOf(value, [...HEALTHS, "attention"]),
      ...(value === "disabled" && { disabled: true }),
    });
  return (
    <>
      <PageHead
        title="Pipelines"
        about={
          isList
            ? "How each pipeline is, in the order they were made."
            : "How the pipelines of each client are, those that need attention first."
        }
        actions={
          <>
            <Segmented
              label="View"
              value={isList ? "list" : "wall"}
              choices={VIEWS}
              onChange={(view) => change({ view: view === "list" ? "list" : undefined })}
            />
            <Button look="primary" onClick={() => setNew(true)}>
              <Plus aria-hidden className="size-4" /> New client
            </Button>
          </>
        }
      />
      <search aria-label="Filters" className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchBox
          label={isList ? "Pipeline or external id" : "Client, pipeline or external id"}
          value={search.text}
          onChange={(text) => change({ text })}
        />
        <FilterSelect label="Health" any="Any" value={search.health} choices={HEALTH_CHOICES} onChange={health} />
        <FilterSelect
          label="Platform"
          any="Any"
          value={search.platform}
          choices={PLATFORM_CHOICES}
          onChange={(value) => change({ platform: oneOf(value, PLATFORMS) })}
        />
        <FilterSelect
          label="Environment"
          any="Any"
          value={search.environment}
          choices={ENVIRONMENT_CHOICES}
          onChange={(value) => change({ environment: oneOf(value, ENVIRONMENTS) })}
        />
        <div className="text-xs">
          <Checkbox
            label={isList ? "Only disabled" : "Show disabled"}
            checked={search.disabled === true}
            onChange={(event) =>
              change({
                disabled: event.target.checked ? true : undefined,
                ...(search.health === "disabled" && { health: undefined }),
              })
            }
          />
        </div>
      </search>
      {isList ? (
        <PipelineList
          search={search}
          onPage={(cursor) => void navigate({ search: (before) => known({ ...before, cursor }) })}
        />
      ) : (
        <Wall search={search} onHealth={health} />
      )}
      <ClientDialog open={isNew} onClose={() => setNew(false)} />
    </>
  );
}
