import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LINK, Nothing, Part } from "@/features/overview/part";
import { failedRunsQuery, latestRunsQuery } from "@/features/overview/queries";
import { RunRows } from "@/features/overview/run-rows";
import { atLeast } from "@/features/overview/verdict";

const FEW = 5;

/** What came in last, as it happens. */
export function LatestRuns() {
  return (
    <Part
      title="Latest runs"
      query={useQuery(latestRunsQuery)}
      rows={6}
      link={
        <Link to="/runs" className={LINK}>
          All runs
        </Link>
      }
    >
      {({ items }) =>
        items.length === 0 ? (
          <Nothing>
            Nothing was uploaded yet.{" "}
            <Link to="/upload" className="text-accent underline">
              Upload a file
            </Link>
          </Nothing>
        ) : (
          <RunRows runs={items} />
        )
      }
    </Part>
  );
}

/** What failed within a day, and why. */
export function FailedRuns() {
  return (
    <Part
      title="Failed within a day"
      query={useQuery(failedRunsQuery)}
      link={
        <Link to="/runs" search={{ status: "failed" }} className={LINK}>
          All failed runs
        </Link>
      }
    >
      {(failed) =>
        failed.items.length === 0 ? (
          <Nothing>No run has failed.</Nothing>
        ) : (
          <>
            <RunRows runs={failed.items.slice(0, FEW)} withReason />
            {failed.items.length > FEW && (
              <p className="border-line border-t px-4 py-2 text-muted text-xs">
                The latest {FEW} of {atLeast(failed)}.
              </p>
            )}
          </>
        )
      }
    </Part>
  );
}
