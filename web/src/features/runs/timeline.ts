import type { Schemas } from "@/api/client";

type Run = Schemas["RunBody"];
type Event = Schemas["EventBody"];

export interface Stage {
  status: Schemas["RunStatus"];
  state: "done" | "now" | "failed" | "ahead";
  /** When it was reached; undefined while it was not, or when nobody remembers. */
  at: string | undefined;
  /** How long the run stayed in it; undefined while it does. */
  seconds: number | undefined;
  note: string | undefined;
}

const NOW: Partial<Record<Schemas["RunStatus"], string>> = {
  pending: "its bytes are coming in",
  stored: "waits for a worker",
  parsing: "a worker reads it",
};

/** How a run came to where it is. Of what was repeated the last time counts; `times` says how often it was read. */
export function timelineOf(run: Run, events: readonly Event[]): { stages: Stage[]; times: number } {
  const began = events.findLastIndex((event) => event.code === "run_parsing");
  const parsing = events[began];
  const since = parsing === undefined ? events : events.slice(began);
  const at = (code: string, among = since) => among.findLast((event) => event.code === code)?.at;
  const times = events.filter((event) => event.code === "run_parsing").length;
  const reached: [Schemas["RunStatus"], string | undefined][] = [["pending", run.created_at]];
  if (run.files.length > 0) reached.push(["stored", at("run_stored", events)]);
  if (parsing !== undefined || ["parsing", "normalized", "resolved", "complete"].includes(run.status))
    reached.push(["parsing", parsing?.at]);
  for (const middle of ["normalized", "resolved"] as const) {
    const when = at(`run_${middle}`);
    if (when !== undefined || run.status === middle) reached.push([middle, when]);
  }
  // not every ending has an event that is still kept, but nothing changes a run behind its end
  if (run.status === "complete") reached.push(["complete", at("run_complete") ?? run.updated_at]);
  if (run.status === "failed") reached.push(["failed", at("run_failed") ?? run.updated_at]);
  const stages = reached.map(([status, when], index): Stage => {
    const next = reached[index + 1]?.[1];
    const isLast = index === reached.length - 1;
    const isOver = run.status === "complete" || run.status === "failed";
    return {
      status,
      state: status === "failed" ? "failed" : isLast && !isOver ? "now" : "done",
      at: when,
      // of a repetition, "stored" lasted from long ago until now, which says nothing
      seconds:
        when === undefined || next === undefined || (status === "stored" && times > 1)
          ? undefined
          : (Date.parse(next) - Date.parse(when)) / 1000,
      note: isLast && !isOver ? NOW[status] : status === "failed" ? failedWhere(since) : undefined,
    };
  });
  const ahead = (["stored", "parsing", "complete"] as const).filter(
    (status) => run.status !== "failed" && !reached.some(([one]) => one === status),
  );
  stages.push(
    ...ahead.map((status): Stage => ({ status, state: "ahead", at: undefined, seconds: undefined, note: undefined })),
  );
  return { stages, times };
}

/** The step in which it ended, as far as events tell. */
function failedWhere(events: readonly Event[]): string | undefined {
  const failed = events.findLast((event) => event.code === "step_failed");
  const step = failed?.payload["step"];
  if (typeof step === "string") return `in the step ${step}`;
  return events.some((event) => event.code === "run_parsing") ? undefined : "while it was received";
}

/** Rises whenever what is inside of the run was read anew, and its listing with it. */
export function listingVersion(events: readonly Event[]): number {
  return (
    events.findLast((event) => event.code === "step_succeeded" && typeof event.payload["members"] === "number")
      ?.position ?? 0
  );
}

/** What the reader of the archive counted. */
export function membersCounted(events: readonly Event[]): { members: number; bytes: number | undefined } | undefined {
  const payload = events.findLast(
    (event) => event.code === "step_succeeded" && typeof event.payload["members"] === "number",
  )?.payload;
  const members = payload?.["members"];
  const bytes = payload?.["unpacked_bytes"];
  if (typeof members !== "number") return undefined;
  return { members, bytes: typeof bytes === "number" ? bytes : undefined };
}
