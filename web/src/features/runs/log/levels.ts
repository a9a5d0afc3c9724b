import type { Schemas } from "@/api/client";

type Event = Schemas["EventBody"];

const LEVELS = { warning: ["warning", "error"], error: ["error"] } as const;

/** Events of at least this level. */
export function atLeast(events: readonly Event[], level: keyof typeof LEVELS | undefined): readonly Event[] {
  if (level === undefined) return events;
  const wanted: readonly Event["level"][] = LEVELS[level];
  return events.filter((event) => wanted.includes(event.level));
}
