/** What to do about the code of a run or job that failed. The codes: docs/errors.md. */
export interface Advice {
  text: string;
  /** What helps: sending it again, or having it worked on again. */
  by: "upload" | "again" | "reading";
}

const SEND_AGAIN: Advice = { text: "Nothing of it was kept. Send the file again.", by: "upload" };
const MAKE_AGAIN: Advice = { text: "The file is damaged or not whole. Make it again, and upload that.", by: "upload" };
const PASSING: Advice = { text: "This may pass. See the system page, then try again.", by: "again" };
const limit = (setting: string): Advice => ({
  text: `It is beyond a limit of this server. Raise ${setting} and try again, or send less.`,
  by: "again",
});

const ADVICE: Readonly<Record<string, Advice>> = {
  upload_interrupted: SEND_AGAIN,
  upload_stalled: SEND_AGAIN,
  upload_cancelled: SEND_AGAIN,
  upload_abandoned: SEND_AGAIN,
  digest_mismatch: SEND_AGAIN,
  upload_too_large: limit("FOREBAY_MAX_UPLOAD_BYTES"),
  archive_unreadable: MAKE_AGAIN,
  archive_broken: MAKE_AGAIN,
  archive_truncated: MAKE_AGAIN,
  archive_checksum_mismatch: MAKE_AGAIN,
  document_unreadable: MAKE_AGAIN,
  document_broken: MAKE_AGAIN,
  document_encrypted: { text: "It opens with a password only. Upload it without one.", by: "upload" },
  document_type_unsupported: {
    text: "Nothing here reads documents of this kind. Install what the reason names and try again, or convert it.",
    by: "again",
  },
  archive_too_large: limit("FOREBAY_ARCHIVE_MAX_BYTES"),
  archive_ratio_exceeded: limit("FOREBAY_ARCHIVE_MAX_RATIO"),
  archive_too_many_members: limit("FOREBAY_ARCHIVE_MAX_MEMBERS"),
  archive_path_too_long: limit("FOREBAY_ARCHIVE_MAX_PATH_BYTES"),
  archive_nested_too_deep: limit("FOREBAY_ARCHIVE_MAX_DEPTH"),
  archive_timeout: limit("FOREBAY_ARCHIVE_TIMEOUT_SECONDS"),
  archive_memory_exceeded: limit("FOREBAY_ARCHIVE_MEMORY_BYTES"),
  document_memory_exceeded: limit("FOREBAY_DOCUMENT_MEMORY_BYTES"),
  document_timeout: limit("FOREBAY_DOCUMENT_TIMEOUT_SECONDS"),
  document_text_too_large: limit("FOREBAY_DOCUMENT_MAX_TEXT_BYTES"),
  document_too_many_pages: limit("FOREBAY_DOCUMENT_MAX_PAGES"),
  job_cancelled: { text: "Somebody stopped it. A retry goes on with the first step that is not done.", by: "again" },
  worker_lost: { text: "Its worker went away in the middle. See the worker's log, then try again.", by: "again" },
  step_failed: { text: "This was not foreseen. The worker's log has more; please report it.", by: "again" },
  steps_failed: { text: "The jobs below say which steps failed and why. The others are done.", by: "again" },
  no_such_step: { text: "The program has changed since the job was planned. Process it again.", by: "again" },
  blob_corrupt: {
    text: "The stored bytes are not those that came in. Restore them from a backup, or upload the file again.",
    by: "upload",
  },
  storage_full: { text: "The store has no space left. Make some, then try again.", by: "again" },
};

export function adviceOf(code: string): Advice {
  if (code.endsWith("_unavailable")) return PASSING;
  return ADVICE[code] ?? { text: "The log tells what happened before.", by: "reading" };
}
