import type { Schemas } from "@/api/client";

/** What tests make runs, files and events of; only what matters to one is said. */
export function aRun(told: Partial<Schemas["RunBody"]> = {}): Schemas["RunBody"] {
  return {
    id: "01a1ff67-932e-77c2-a7e2-4749eebfcf23",
    type: "archive",
    status: "complete",
    label: null,
    notes: null,
    owner: null,
    parent_run_id: null,
    documents: false,
    error: null,
    files: [aFile("x.tar", { role: "upload" })],
    created_at: "2026-11-21T10:00:00Z",
    updated_at: "2026-11-21T10:00:09Z",
    ...told,
  };
}

export function aFile(path: string, told: Partial<Schemas["FileBody"]> = {}): Schemas["FileBody"] {
  return {
    id: `id of ${path}`,
    path,
    role: "member",
    kind: "file",
    media_type: "text/plain",
    size_bytes: 3,
    sha256: "0".repeat(64),
    file_id: null,
    stored_path: path,
    mtime: null,
    mode: null,
    link_target: null,
    flags: [],
    ...told,
  };
}

/** An event that happened `second` seconds after ten; its position is that, too. */
export function anEvent(second: number, code: string, told: Partial<Schemas["EventBody"]> = {}): Schemas["EventBody"] {
  return {
    position: second,
    at: `2026-11-21T10:00:${String(second).padStart(2, "0")}Z`,
    code,
    level: "info",
    message: code,
    run_id: null,
    job_id: null,
    step_id: null,
    payload: {},
    ...told,
  };
}
