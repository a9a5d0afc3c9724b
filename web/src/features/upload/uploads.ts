import { useSyncExternalStore } from "react";
import { answer, api } from "@/api/client";
import { Engine } from "@/features/upload/engine";
import { lookAt } from "@/features/upload/guess-type";
import { hash, troubleWith } from "@/features/upload/hashing";
import { forgetMaxBytes, maxBytes } from "@/features/upload/limits";
import { publish } from "@/features/upload/progress";
import type { Queue } from "@/features/upload/queue";
import { send } from "@/features/upload/xhr";

/** The one queue of this tab: it outlasts the page that shows it. */
export const uploads = new Engine({
  send,
  hash,
  look: lookAt,
  troubleWith,
  maxBytes,
  forgetMaxBytes,
  deleteRun: (runId) => answer(api.DELETE("/v1/runs/{run_id}", { params: { path: { run_id: runId } } })),
  newId,
  now: () => performance.now(),
  publish,
});

export function useUploads(): Queue {
  return useSyncExternalStore(uploads.subscribe, uploads.current);
}

/** crypto.randomUUID() is there on secure origins only; many a server in a local network has no certificate. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
