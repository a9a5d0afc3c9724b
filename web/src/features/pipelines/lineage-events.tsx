import { useQuery } from "@tanstack/react-query";
import { lineageQuery, MOST_EVENTS } from "@/features/pipelines/queries";
import { pluralText } from "@/ui/numbers";
import { Time } from "@/ui/time";

/** The events of OpenLineage about a run, each to be unfolded. Most runs have none; then there is nothing to say. */
export function LineageEvents({ pipelineId, runId }: { pipelineId: string; runId: string }) {
  const { data, error } = useQuery(lineageQuery(pipelineId, runId));
  if (error !== null)
    return <p className="text-muted text-xs">Its lineage events could not be loaded: {error.message}</p>;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1.5 font-semibold text-xs">
        {data.items.length === MOST_EVENTS
          ? `The first ${MOST_EVENTS} lineage events`
          : pluralText(data.items.length, "lineage event")}
      </h3>
      <ul className="divide-y divide-line rounded-md border border-line">
        {data.items.map((event) => (
          <li key={event.sha256}>
            <details>
              <summary className="flex flex-wrap items-center gap-x-3 px-3 py-2 text-xs">
                <span className="font-mono font-medium">{event.event_type ?? event.kind}</span>
                <span className="text-muted">
                  <Time at={event.event_time ?? event.received_at} exact />
                </span>
              </summary>
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach that
                tabIndex={0}
                className="max-h-72 overflow-auto border-line border-t bg-sunken p-3 font-mono text-xs leading-5"
              >
                {JSON.stringify(event.event, null, 2)}
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
