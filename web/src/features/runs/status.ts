import type { Schemas } from "@/api/client";
import type { Tone } from "@/ui/badge";

/** What the statuses of runs, jobs and steps are called and mean. */
interface Meaning {
  label: string;
  tone: Tone;
  /** Something is going on, or is about to. */
  underWay: boolean;
}

const meaning = (label: string, tone: Tone, underWay = false): Meaning => ({ label, tone, underWay });

export const RUN_STATUS: Record<Schemas["RunStatus"], Meaning> = {
  pending: meaning("Pending", "idle", true),
  stored: meaning("Stored", "info", true),
  parsing: meaning("Parsing", "info", true),
  normalized: meaning("Normalized", "info", true),
  resolved: meaning("Resolved", "info", true),
  complete: meaning("Complete", "ok"),
  failed: meaning("Failed", "bad"),
};

export const JOB_STATUS: Record<Schemas["JobStatus"], Meaning> = {
  queued: meaning("Queued", "idle", true),
  running: meaning("Running", "info", true),
  succeeded: meaning("Succeeded", "ok"),
  failed: meaning("Failed", "bad"),
  cancelled: meaning("Cancelled", "warn"),
};

export const STEP_STATUS: Record<Schemas["StepStatus"], Meaning> = {
  pending: meaning("Pending", "idle"),
  running: meaning("Running", "info", true),
  succeeded: meaning("Succeeded", "ok"),
  failed: meaning("Failed", "bad"),
  cancelled: meaning("Cancelled", "warn"),
};

export const RUN_TYPE: Record<Schemas["RunType"], string> = {
  ds_etc: "Deployment server etc",
  instance_etc: "Instance etc",
  app_bundle: "App bundle",
  archive: "Archive",
  single_conf: "Configuration file",
  document: "Document",
};

/** "find_documents" → "Find documents" */
export function wordsOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
