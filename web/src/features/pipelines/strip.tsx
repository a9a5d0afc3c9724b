import { useRouter } from "@tanstack/react-router";
import type { KeyboardEvent, MouseEvent } from "react";
import { HEALTH, type Health, type PipelineState } from "@/features/pipelines/health";
import { HEALTH_ICONS } from "@/features/pipelines/health-mark";
import { classNames } from "@/ui/class-names";

const CELLS: Readonly<Record<Health, string>> = {
  stuck: "bg-bad text-surface",
  missing: "bg-bad text-surface",
  late: "bg-warn text-surface",
  failing: "bg-bad text-surface",
  unknown: "bg-idle-soft text-idle",
  healthy: "bg-ok/75",
  disabled: "border border-line-strong/60 border-dashed text-muted",
};

/**
 * The pipelines of a client, a cell each. A wall may have ten thousand of them, so they are plain links with one
 * listener for all, and the strip is one stop of the Tab key: arrows go from cell to cell.
 */
export function Strip({ name, states }: { name: string; states: readonly PipelineState[] }) {
  const router = useRouter();
  const follow = (event: MouseEvent<HTMLUListElement>) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const pipelineId = link?.dataset["pipeline"];
    if (pipelineId === undefined || !isPlain) return; // the browser knows what to do with the others
    event.preventDefault();
    void router.navigate({ to: "/pipelines/$pipelineId", params: { pipelineId } });
  };
  return (
    <ul aria-label={`Pipelines of ${name}`} className="flex flex-wrap" onClick={follow} onKeyDown={walk}>
      {states.map((state, index) => (
        <li key={state.pipeline.id}>
          <Cell state={state} isFirst={index === 0} />
        </li>
      ))}
    </ul>
  );
}

function Cell({ state: { pipeline, health }, isFirst }: { state: PipelineState; isFirst: boolean }) {
  const says = `${pipeline.name}: ${HEALTH[health].word.toLowerCase()}`;
  const Icon = HEALTH_ICONS[health];
  return (
    <a
      href={`/pipelines/${pipeline.id}`}
      data-pipeline={pipeline.id}
      tabIndex={isFirst ? 0 : -1}
      aria-label={says}
      title={says}
      className="group block size-6 p-0.5 focus-visible:outline-offset-0"
    >
      <span
        className={classNames(
          "flex size-full items-center justify-center rounded-sm group-hover:ring-2 group-hover:ring-accent",
          CELLS[health],
        )}
      >
        {health !== "healthy" && <Icon aria-hidden className="size-3" strokeWidth={3} />}
      </span>
    </a>
  );
}

function walk(event: KeyboardEvent<HTMLUListElement>) {
  const links = Array.from(event.currentTarget.querySelectorAll("a"));
  const at = links.findIndex((link) => link.matches(":focus"));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (at === -1 || to === undefined) return;
  event.preventDefault();
  links[Math.min(Math.max(to, 0), links.length - 1)]?.focus();
}
