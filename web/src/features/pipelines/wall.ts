import type { Schemas } from "@/api/client";
import { type Health, needsAttention, type PipelineState, rankOf } from "@/features/pipelines/health";
import { HEALTHS, type PipelinesSearch } from "@/features/pipelines/search";

export interface ClientGroup {
  readonly id: string;
  readonly name: string;
  /** The worst first, then by name. */
  readonly states: readonly PipelineState[];
  /** Of its worst pipeline; undefined where it has none. */
  readonly worst: Health | undefined;
  readonly counts: readonly HealthCount[];
  readonly openAlerts: number;
  /** When a run last began or ended. */
  readonly lastAt: string | undefined;
}

export interface HealthCount {
  readonly health: Health;
  readonly count: number;
}

export type WallFilter = {
  readonly [K in "text" | "platform" | "environment" | "health" | "disabled"]?: PipelinesSearch[K] | undefined;
};

const byName = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Of each health that occurs, the worst first. */
export function countByHealth(states: readonly PipelineState[]): HealthCount[] {
  const counts = new Map<Health, number>();
  for (const { health } of states) counts.set(health, (counts.get(health) ?? 0) + 1);
  return HEALTHS.flatMap((health) => {
    const count = counts.get(health);
    return count === undefined ? [] : [{ health, count }];
  });
}

/** Whether a pipeline is asked for. A text is looked for in the names of pipeline and client, and in the external id. */
export function isWanted(state: PipelineState, filter: WallFilter): boolean {
  const { pipeline, health, client_name: client } = state;
  if (health === "disabled" && filter.disabled !== true) return false;
  if (filter.platform !== undefined && pipeline.platform !== filter.platform) return false;
  if (filter.environment !== undefined && pipeline.environment !== filter.environment) return false;
  if (filter.health === "attention" && !needsAttention(health)) return false;
  if (filter.health !== undefined && filter.health !== "attention" && health !== filter.health) return false;
  return filter.text === undefined || has(filter.text, client, pipeline.name, pipeline.external_id);
}

function has(text: string, ...places: (string | null)[]): boolean {
  const looked = text.trim().toLowerCase();
  return places.some((place) => place?.toLowerCase().includes(looked));
}

/**
 * The clients of a wall, those that need attention most first: by their worst pipeline, then by how many need
 * attention, then by name. Clients without pipelines come last, and only while no filter asks for something of one.
 */
export function groupByClient(
  states: readonly PipelineState[],
  clients: readonly Schemas["ClientBody"][],
  filter: WallFilter,
): ClientGroup[] {
  const found = new Map<string, { name: string; states: PipelineState[] }>();
  for (const state of states) {
    if (!isWanted(state, filter)) continue;
    const group = found.get(state.pipeline.client_id);
    if (group === undefined) found.set(state.pipeline.client_id, { name: state.client_name, states: [state] });
    else group.states.push(state);
  }
  const withAny = new Set(states.map((state) => state.pipeline.client_id));
  for (const client of clients) {
    if (withAny.has(client.id) || !isWantedEmpty(client, filter)) continue;
    found.set(client.id, { name: client.name, states: [] });
  }
  return Array.from(found, ([id, { name, states: its }]) => groupOf(id, name, its)).sort(
    (one, other) =>
      worstRank(one) - worstRank(other) ||
      attentionOf(other) - attentionOf(one) ||
      byName.compare(one.name, other.name),
  );
}

function isWantedEmpty(client: Schemas["ClientBody"], filter: WallFilter): boolean {
  if (filter.platform !== undefined || filter.environment !== undefined || filter.health !== undefined) return false;
  return (client.is_active || filter.disabled === true) && (filter.text === undefined || has(filter.text, client.name));
}

function groupOf(id: string, name: string, states: PipelineState[]): ClientGroup {
  states.sort(
    (one, other) => rankOf(one.health) - rankOf(other.health) || byName.compare(one.pipeline.name, other.pipeline.name),
  );
  let lastAt: string | undefined;
  for (const { latest_run: run } of states) {
    if (run !== null && (lastAt === undefined || Date.parse(run.effective_at) > Date.parse(lastAt))) {
      lastAt = run.effective_at;
    }
  }
  return {
    id,
    name,
    states,
    worst: states[0]?.health,
    counts: countByHealth(states),
    openAlerts: states.reduce((sum, state) => sum + state.open_alerts, 0),
    lastAt,
  };
}

function worstRank({ worst }: ClientGroup): number {
  return worst === undefined ? HEALTHS.length : rankOf(worst);
}

function attentionOf({ counts }: ClientGroup): number {
  return counts.reduce((sum, { health, count }) => sum + (needsAttention(health) ? count : 0), 0);
}

/** Whether two groups show the same. What has not changed keeps its identity when it is fetched again. */
export function isSameGroup(one: ClientGroup, other: ClientGroup): boolean {
  return (
    one.name === other.name &&
    one.states.length === other.states.length &&
    one.states.every((state, index) => state === other.states[index])
  );
}
