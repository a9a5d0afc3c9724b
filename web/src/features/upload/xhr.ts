import type { Schemas } from "@/api/client";
import { ApiError, problemOf } from "@/api/problem";
import type { Fields, Stored } from "@/features/upload/queue";

export interface Sending {
  file: File;
  fields: Fields;
  key: string;
  /** With it, the server refuses bytes that it does not fit. */
  sha256: string | undefined;
  onProgress: (sent: number) => void;
  signal: AbortSignal;
}

/**
 * Sends one file. XMLHttpRequest, since it is what tells how much is out; browsers read the file as they send it, and
 * hold no more than a part of it. Throws ApiError (status 0: no answer came), or the signal's reason.
 */
export function send({ file, fields, key, sha256, onProgress, signal }: Sending): Promise<Stored> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open("POST", "/v1/uploads");
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("Accept", "application/json, application/problem+json");
    // what goes around the file counts as well, and is not of interest
    request.upload.onprogress = ({ loaded, total }) => onProgress(Math.max(0, loaded - Math.max(0, total - file.size)));
    request.onload = () => {
      try {
        resolve(storedIn(request));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(brokenOff());
    request.ontimeout = request.onerror;
    request.onabort = () => reject(signal.aborted ? signal.reason : brokenOff());
    request.onloadend = () => signal.removeEventListener("abort", stop);
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener("abort", stop, { once: true });
    request.send(formOf(file, fields, sha256));
  });
}

/** The fields come before the file, so that the server can refuse a wrong one before it has taken gigabytes. */
export function formOf(file: File, fields: Fields, sha256: string | undefined): FormData {
  const form = new FormData();
  form.append("type", fields.type);
  if (fields.label.trim() !== "") form.append("label", fields.label.trim());
  if (fields.notes.trim() !== "") form.append("notes", fields.notes);
  if (fields.owner.trim() !== "") form.append("owner", fields.owner.trim());
  if (fields.documents) form.append("documents", "true");
  if (sha256 !== undefined) form.append("sha256", sha256);
  form.append("file", file, file.name); // without a name, some browsers send the path in the folder, which is refused
  return form;
}

function storedIn(request: XMLHttpRequest): Stored {
  const body = json(request.responseText);
  if (request.status !== 201) {
    throw problemOf(request.status, body, request.getResponseHeader("X-Request-Id"));
  }
  const run = body as Schemas["RunBody"]; // what the API promises with 201
  const stored = run.files.find((one) => one.role === "upload");
  return {
    runId: run.id,
    sha256: stored?.sha256 ?? "",
    replayed: request.getResponseHeader("Idempotency-Replayed") === "true",
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page
  }
}

function brokenOff(): ApiError {
  return new ApiError("The connection broke off. The file is kept here: try again when the server can be reached.", {
    status: 0,
    code: "connection_lost",
  });
}
