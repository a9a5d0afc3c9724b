import type { Schemas } from "@/api/client";
import type { Tone } from "@/ui/badge";
import type { Choice } from "@/ui/field";

type Status = Schemas["DocumentStatus"];

export const STATUS_WORDS: Record<Status, { label: string; tone: Tone; busy: boolean }> = {
  uploaded: { label: "Uploaded", tone: "idle", busy: true },
  extracting: { label: "Reading", tone: "info", busy: true },
  classifying: { label: "Classifying", tone: "info", busy: true },
  ready: { label: "Ready", tone: "ok", busy: false },
  failed: { label: "Failed", tone: "bad", busy: false },
};

export const WHO: Record<Schemas["ClassifierName"], string> = {
  person: "a person",
  rules: "rules",
  local: "the local classifier",
  llm: "a language model",
};

const OFFICE = "application/vnd.openxmlformats-officedocument";
const MEDIA_TYPES: Record<string, string> = {
  "application/pdf": "PDF",
  "text/plain": "Text",
  "text/markdown": "Markdown",
  "text/html": "HTML",
  "text/csv": "CSV",
  "application/json": "JSON",
  "application/xml": "XML",
  "message/rfc822": "E-mail",
  [`${OFFICE}.wordprocessingml.document`]: "Word",
  [`${OFFICE}.spreadsheetml.sheet`]: "Excel",
  [`${OFFICE}.presentationml.presentation`]: "PowerPoint",
  "application/vnd.ms-excel": "Excel (old)",
  "application/rtf": "RTF",
  "application/epub+zip": "EPUB",
  "application/vnd.oasis.opendocument.text": "OpenDocument text",
  "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument sheets",
  "application/vnd.oasis.opendocument.presentation": "OpenDocument slides",
};

/** "PDF"; of what has no name here, the media type itself. */
export function mediaText(mediaType: string): string {
  return MEDIA_TYPES[mediaType] ?? mediaType;
}

const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

/** "de" → "German" */
export function languageText(language: string): string {
  try {
    return names.of(language) ?? language;
  } catch {
    return language; // a link may hold anything
  }
}

const LANGUAGES =
  "ar bg cs da de el en es et fa fi fr he hi hr hu it ja ko lt lv nl no pl pt ro ru sk sl sv th tr uk vi zh";

function sorted(choices: Choice[], chosen: string | undefined, label: (value: string) => string): Choice[] {
  const all = chosen === undefined || choices.some(({ value }) => value === chosen);
  const list = all ? choices : [...choices, { value: chosen, label: label(chosen) }];
  return list.sort((a, b) => a.label.localeCompare(b.label));
}

/** What is chosen is among them, whatever it is. */
export function languageChoices(chosen?: string): Choice[] {
  const choices = LANGUAGES.split(" ").map((value) => ({ value, label: languageText(value) }));
  return sorted(choices, chosen, languageText);
}

export function mediaChoices(chosen?: string): Choice[] {
  const choices = Object.entries(MEDIA_TYPES).map(([value, label]) => ({ value, label }));
  return sorted(choices, chosen, mediaText);
}

const TO_DO: Record<string, string> = {
  document_broken: "Open it where it was made, save it anew and upload that.",
  document_encrypted: "Take the password off and upload it again.",
  document_type_unsupported: "Convert it to PDF, or have the reader for its format installed, then read it again.",
  document_memory_exceeded: "Split it, or raise FOREBAY_DOCUMENT_MEMORY_BYTES on the server, then read it again.",
  document_timeout: "Split it, or raise FOREBAY_DOCUMENT_TIMEOUT_SECONDS on the server, then read it again.",
  document_text_too_large: "Split it, or raise FOREBAY_DOCUMENT_MAX_TEXT_BYTES on the server, then read it again.",
  document_too_many_pages: "Split it, or raise FOREBAY_DOCUMENT_MAX_PAGES on the server, then read it again.",
  document_unreadable: "Download it and see whether it opens; if so, save it in another format and upload that.",
};

/** What a person can do about a document that failed with this code. */
export function toDo(code: string): string {
  return TO_DO[code] ?? "Read it again; if that fails as well, the log of its run says more.";
}
