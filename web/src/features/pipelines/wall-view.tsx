import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo } from "react";
import { ClientTile } from "@/features/pipelines/client-tile";
import { FirstRun } from "@/features/pipelines/first-run";
import { HealthCounts } from "@/features/pipelines/health-counts";
import { clientsQuery, wallQuery } from "@/features/pipelines/queries";
import type { PipelinesSearch } from "@/features/pipelines/search";
import { countByHealth, groupByClient, isWanted } from "@/features/pipelines/wall";
import { Card } from "@/ui/card";
import { countText, pluralText } from "@/ui/numbers";
import { Empty, Failure, Skeleton } from "@/ui/state";

interface Pages<Item> {
  data: { pages: { items: Item[] }[] } | undefined;
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

/** All items of all pages: the next one is asked for as soon as one is there. */
function useEveryPage<Item>(query: Pages<Item>): readonly Item[] | undefined {
  const { data, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
}

const NONE: readonly never[] = [];

/** A tile for each client, those that need attention first. */
export function Wall({
  search,
  onHealth,
}: {
  search: PipelinesSearch;
  onHealth: (health: string | undefined) => void;
}) {
  const enabled = useInfiniteQuery(wallQuery(true));
  const disabled = useInfiniteQuery({ ...wallQuery(false), enabled: search.disabled === true });
  const clients = useInfiniteQuery(clientsQuery);
  const enabledStates = useEveryPage(enabled);
  const disabledStates = useEveryPage(disabled);
  const everyClient = useEveryPage(clients);

  const states = useMemo(
    () => [...(enabledStates ?? NONE), ...(search.disabled === true ? (disabledStates ?? NONE) : NONE)],
    [enabledStates, disabledStates, search.disabled],
  );
  const { text, platform, environment, health, disabled: withDisabled } = useDeferredValue(search);
  const groups = useMemo(
    () => groupByClient(states, everyClient ?? NONE, { text, platform, environment, health, disabled: withDisabled }),
    [states, everyClient, text, platform, environment, health, withDisabled],
  );
  // what each health would show: counted without the filter of the health itself
  const counts = useMemo(
    () =>
      countByHealth(
        states.filter((state) =>
          isWanted(state, { text, platform, environment, disabled: withDisabled, health: undefined }),
        ),
      ),
    [states, text, platform, environment, withDisabled],
  );

  const failed = [enabled, clients, disabled].find((query) => query.isError);
  if (failed !== undefined && (enabledStates === undefined || everyClient === undefined)) {
    return (
      <Card>
        <Failure error={failed.error} onRetry={() => void failed.refetch()} />
      </Card>
    );
  }
  if (enabledStates === undefined || everyClient === undefined) return <LoadingWall />;
  const isLoading = enabled.hasNextPage || clients.hasNextPage || (withDisabled === true && disabled.isPending);
  if (states.length === 0 && everyClient.length === 0 && !isLoading) return <FirstRun />;

  const shown = groups.reduce((sum, group) => sum + group.states.length, 0);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <HealthCounts counts={counts} chosen={search.health} onChoose={onHealth} />
        <p role="status" className="text-muted text-xs">
          {isLoading
            ? `Loading: ${countText(states.length)} pipelines so far…`
            : `${pluralText(shown, "pipeline")} of ${pluralText(groups.length, "client")}`}
        </p>
      </div>
      {failed !== undefined && (
        <p role="alert" className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-warn text-xs">
          Not all could be loaded just now; what is shown may be old. {failed.error?.message}
        </p>
      )}
      {groups.length === 0 && !isLoading ? (
        <Card>
          <Empty title="No pipeline fits these filters">Take a filter away, or look for another text.</Empty>
        </Card>
      ) : (
        <ul aria-label="Clients" className="grid grid-cols-[repeat(auto-fill,minmax(min(19rem,100%),1fr))] gap-4">
          {groups.map((group) => (
            <li key={group.id}>
              <ClientTile group={group} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function LoadingWall() {
  return (
    <div
      role="status"
      aria-label="Loading the clients"
      className="grid grid-cols-[repeat(auto-fill,minmax(min(19rem,100%),1fr))] gap-4"
    >
      {["a", "b", "c", "d", "e", "f"].map((key) => (
        <Skeleton key={key} className="h-44 w-full rounded-lg" />
      ))}
    </div>
  );
}
