import type { Health } from "@/features/system/queries";

export interface Part {
  name: string;
  label: string;
  ok: boolean;
  /** A fact about it, or why it fails. */
  detail: string;
  /** What to do when it fails. */
  advice: string;
}

const KNOWN: Readonly<Record<string, { label: string; advice: string }>> = {
  db: {
    label: "Database",
    advice:
      "Check that it is up and can be reached from the server, and FOREBAY_DATABASE_URL. Nothing is stored meanwhile.",
  },
  storage: {
    label: "Blob store",
    advice: "Check that it is up and has space, and FOREBAY_BLOB_URL. Uploads and downloads fail meanwhile.",
  },
  queue: {
    label: "Queue",
    advice: "Check that the broker is up, and FOREBAY_QUEUE_URL. Jobs are kept and announced again once it is back.",
  },
  worker: {
    label: "Worker",
    advice: "It is started again by itself. If this goes on, the server's log says why it fell over.",
  },
  sweeper: {
    label: "Sweeper",
    advice: "Nothing is lost: leftovers stay until a sweep works. Run forebay sweep to see what stops it.",
  },
  sync: {
    label: "Sync timer",
    advice:
      "Check FOREBAY_SOURCES_FILE and that the partners' APIs answer. forebay pipelines sync-state shows how far each got.",
  },
  alerts: {
    label: "Alert watch",
    advice: "Alerts may be late until it works again. The server's log says more.",
  },
};

/** Failing ones first, each group in the server's order. */
export function partsOf(health: Health): readonly Part[] {
  const parts = Object.entries(health.parts).map(([name, { status, detail }]) => ({
    name,
    label: KNOWN[name]?.label ?? name,
    ok: status === "ok",
    detail,
    advice: KNOWN[name]?.advice ?? "The server's log says more.",
  }));
  return [...parts.filter((part) => !part.ok), ...parts.filter((part) => part.ok)];
}
