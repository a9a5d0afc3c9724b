import { type Health, type PipelineState, rankOf } from "@/features/pipelines/health";

/** How many pipelines are how, worst first. */
export function countsOf(states: readonly PipelineState[]): readonly { health: Health; count: number }[] {
  const counts = new Map<Health, number>();
  for (const { health } of states) counts.set(health, (counts.get(health) ?? 0) + 1);
  return [...counts].map(([health, count]) => ({ health, count })).sort((a, b) => rankOf(a.health) - rankOf(b.health));
}

/** The worst first, those that are alike by client and name. */
export function worstOf(states: readonly PipelineState[], most: number): readonly PipelineState[] {
  const name = (state: PipelineState) => `${state.client_name}\n${state.pipeline.name}`;
  return [...states]
    .sort((a, b) => rankOf(a.health) - rankOf(b.health) || name(a).localeCompare(name(b)))
    .slice(0, most);
}
