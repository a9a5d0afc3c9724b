import { answer, api } from "@/api/client";

/** Somebody may raise the limit while this tab stays open. */
const KNOWN_MS = 60_000;

let asked: { at: number; limit: Promise<number | undefined> } | undefined;

/** The largest file that the server takes, in bytes; undefined where it does not say. */
export function maxBytes(): Promise<number | undefined> {
  const at = performance.now();
  if (asked === undefined || at - asked.at > KNOWN_MS) {
    const question = { at, limit: ask() };
    asked = question;
    // without an answer it is asked again with the next file; the server checks it anyway
    question.limit = question.limit.catch(() => {
      if (asked === question) asked = undefined;
      return undefined;
    });
  }
  return asked.limit;
}

/** Whoever tries again has a reason to: it is asked anew. */
export function forgetMaxBytes(): void {
  asked = undefined;
}

async function ask(): Promise<number | undefined> {
  const { settings } = await answer(api.GET("/v1/system"));
  const value = settings.find(({ name }) => name === "FOREBAY_MAX_UPLOAD_BYTES")?.value;
  return typeof value === "number" ? value : undefined;
}
