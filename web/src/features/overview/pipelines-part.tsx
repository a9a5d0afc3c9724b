import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { countsOf, worstOf } from "@/features/overview/counts";
import { LINK, Nothing, Part } from "@/features/overview/part";
import { type PipelineState, pipelinesQuery } from "@/features/overview/queries";
import { needsAttention } from "@/features/pipelines/health";
import { HealthBadge } from "@/features/pipelines/health-mark";
import { countText } from "@/ui/numbers";
import { Time } from "@/ui/time";

const FEW = 5;

/** How many pipelines are how, and the worst of them. */
export function PipelinesPart() {
  return (
    <Part
      title="Pipelines"
      query={useQuery(pipelinesQuery)}
      link={
        <Link to="/pipelines" className={LINK}>
          All pipelines
        </Link>
      }
    >
      {({ items, isMore }) =>
        items.length === 0 ? (
          <Nothing>
            No pipeline is watched yet.{" "}
            <Link to="/pipelines" className="text-accent underline">
              Add one
            </Link>
          </Nothing>
        ) : (
          <>
            <ul className="flex flex-wrap gap-2 px-4 py-3">
              {countsOf(items).map(({ health, count }) => (
                <li key={health}>
                  <Link to="/pipelines" search={{ view: "list", health }} className="inline-flex rounded-full">
                    <HealthBadge health={health} count={count} />
                  </Link>
                </li>
              ))}
            </ul>
            {isMore && (
              <p className="px-4 pb-3 text-muted text-xs">
                Of all that need attention, and the first {countText(1000)} others.
              </p>
            )}
            <Worst states={items.filter((state) => needsAttention(state.health))} />
          </>
        )
      }
    </Part>
  );
}

function Worst({ states }: { states: readonly PipelineState[] }) {
  if (states.length === 0) return null;
  return (
    <ul className="border-line border-t">
      {worstOf(states, FEW).map(({ pipeline, client_name, health, latest_run }) => (
        <li key={pipeline.id} className="border-line border-b last:border-0">
          <Link
            to="/pipelines/$pipelineId"
            params={{ pipelineId: pipeline.id }}
            className="flex items-center justify-between gap-3 px-4 py-2.5 hover:bg-sunken/70"
          >
            <span className="min-w-0">
              <span className="block truncate font-medium">{pipeline.name}</span>
              <span className="block truncate text-muted text-xs">
                {client_name}
                {latest_run !== null && (
                  <>
                    {" · last run "}
                    <Time at={latest_run.effective_at} />
                  </>
                )}
              </span>
            </span>
            <HealthBadge health={health} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
