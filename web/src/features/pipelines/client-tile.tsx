import { Link } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { memo } from "react";
import { HEALTH } from "@/features/pipelines/health";
import { HealthBadge } from "@/features/pipelines/health-mark";
import { Strip } from "@/features/pipelines/strip";
import { useNear } from "@/features/pipelines/use-near";
import { type ClientGroup, isSameGroup } from "@/features/pipelines/wall";
import type { Tone } from "@/ui/badge";
import { classNames } from "@/ui/class-names";
import { pluralText } from "@/ui/numbers";
import { Time } from "@/ui/time";

const EDGES: Readonly<Record<Tone, string>> = {
  ok: "border-l-ok/60",
  warn: "border-l-warn",
  bad: "border-l-bad",
  info: "border-l-info",
  idle: "border-l-line-strong/60",
};

/** About as many as stand beside each other in a tile, and how high they are. */
const CELLS_A_ROW = 11;
const CELL_PX = 24;

/** A client at a glance. The cells of tiles far down are drawn when these come near. */
export const ClientTile = memo(
  function ClientTile({ group }: { group: ClientGroup }) {
    const [ref, isNear] = useNear<HTMLElement>();
    const tone = group.worst === undefined ? "idle" : HEALTH[group.worst].tone;
    return (
      <article
        ref={ref}
        aria-label={group.name}
        className={classNames("flex h-full flex-col rounded-lg border border-line border-l-4 bg-surface", EDGES[tone])}
      >
        <header className="flex items-start justify-between gap-2 px-4 pt-3">
          <h2 className="min-w-0 font-semibold text-sm">
            <Link to="/clients/$clientId" params={{ clientId: group.id }} className="break-words hover:underline">
              {group.name}
            </Link>
          </h2>
          {group.worst !== undefined && <HealthBadge health={group.worst} />}
        </header>
        <p className="px-4 pt-0.5 text-muted text-xs">
          {group.states.length === 0
            ? "No pipelines yet"
            : group.counts.map(({ health, count }) => `${count} ${HEALTH[health].word.toLowerCase()}`).join(" · ")}
        </p>
        <div className="flex-1 px-3.5 py-3">
          {group.states.length > 0 &&
            (isNear ? (
              <Strip name={group.name} states={group.states} />
            ) : (
              <div aria-hidden style={{ height: Math.ceil(group.states.length / CELLS_A_ROW) * CELL_PX }} />
            ))}
        </div>
        <footer className="flex flex-wrap items-center justify-between gap-2 border-line border-t px-4 py-2 text-muted text-xs">
          <span>
            {group.lastAt === undefined ? (
              "No runs yet"
            ) : (
              <>
                Last activity <Time at={group.lastAt} />
              </>
            )}
          </span>
          {group.openAlerts > 0 && (
            <Link
              to="/alerts"
              search={{ client: group.id }}
              className="inline-flex items-center gap-1 text-ink hover:underline"
            >
              <Bell aria-hidden className="size-3.5" /> {pluralText(group.openAlerts, "open alert")}
            </Link>
          )}
        </footer>
      </article>
    );
  },
  (before, after) => isSameGroup(before.group, after.group),
);
