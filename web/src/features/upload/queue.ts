import type { Kind } from "@/features/upload/content-kind";
import { advance, type Meter, startMeter } from "@/features/upload/rate";
import { isArchive, type RunType } from "@/features/upload/run-types";

/**
 * draft → waiting → (hashing →) sending → (comparing →) done; failed or cancelled from any of those under way, and from
 * there back to waiting.
 */
export type Phase = "draft" | "waiting" | "hashing" | "sending" | "comparing" | "done" | "failed" | "cancelled";

export interface Fields {
  type: RunType;
  label: string;
  notes: string;
  owner: string;
  documents: boolean;
}

/** What is said once for all files; the type is left open for each to be guessed. */
export type ForAll = Omit<Fields, "type"> & { type: RunType | undefined };

export interface Failure {
  code: string;
  message: string;
  requestId?: string | undefined;
  /** Sending the same file again can help. */
  retryable: boolean;
}

export interface Stored {
  runId: string;
  sha256: string;
  /** An earlier attempt had stored it, and its answer had got lost. */
  replayed: boolean;
}

export interface Item {
  readonly id: string;
  readonly file: File;
  readonly path: string;
  /** Stands for this upload in all its attempts, so that it is stored once; changed fields make it another upload. */
  readonly key: string;
  readonly phase: Phase;
  /** What the content is; undefined until it was looked at. */
  readonly kind: Kind | undefined;
  readonly guess: RunType | undefined;
  /** What was said for this file alone. */
  readonly own: Partial<Fields>;
  readonly meter: Meter | undefined;
  readonly sha256: string | undefined;
  readonly stored: Stored | undefined;
  readonly failure: Failure | undefined;
  /** It was cancelled when all bytes were out: the server may have stored it. */
  readonly late: boolean;
  /** Uploads that were started while others were under way are counted with them. */
  readonly batch: number;
}

export interface Queue {
  readonly items: readonly Item[];
  readonly forAll: ForAll;
  /** After a loss of the network nothing new is begun until somebody says so. */
  readonly paused: boolean;
  readonly batch: number;
}

export const EMPTY: Queue = {
  items: [],
  forAll: { type: undefined, label: "", notes: "", owner: "", documents: false },
  paused: false,
  batch: 0,
};

export type Action =
  | { type: "add"; files: readonly { id: string; key: string; file: File; path: string }[] }
  | { type: "looked"; id: string; kind: Kind; guess: RunType }
  | { type: "edit"; id: string; own: Partial<Fields>; key: string }
  | { type: "edit-all"; forAll: Partial<ForAll> }
  | { type: "start" }
  | { type: "begin"; id: string; hashFirst: boolean; at: number }
  | { type: "hashed"; id: string; sha256: string; at: number }
  | { type: "unhashed"; id: string; at: number }
  | { type: "progress"; sent: ReadonlyMap<string, number>; at: number }
  | { type: "answered"; id: string; stored: Stored }
  | { type: "done"; id: string }
  | { type: "failed"; id: string; failure: Failure; key?: string }
  | { type: "cancel"; ids: readonly string[] }
  | { type: "retry"; ids: readonly string[] }
  | { type: "remove"; ids: readonly string[] }
  | { type: "clear" }
  | { type: "pause" }
  | { type: "resume" };

export function isUnderWay(phase: Phase): boolean {
  return phase === "waiting" || phase === "hashing" || phase === "sending" || phase === "comparing";
}

/** It takes up one of the places that uploads go on in. */
export function isBusy(phase: Phase): boolean {
  return isUnderWay(phase) && phase !== "waiting";
}

export function isEditable(phase: Phase): boolean {
  return phase === "draft" || phase === "failed" || phase === "cancelled";
}

const MAX_LABEL = 200;

/** What is sent along. A file out of a folder is called by its path, unless somebody says otherwise. */
export function fieldsOf(item: Item, forAll: ForAll): Fields {
  const { own } = item;
  const type = own.type ?? forAll.type ?? item.guess ?? "archive";
  const folders = item.path.includes("/") ? item.path.slice(-MAX_LABEL) : "";
  return {
    type,
    label: own.label ?? (forAll.label || folders),
    notes: own.notes ?? forAll.notes,
    owner: own.owner ?? forAll.owner,
    documents: isArchive(type) && (own.documents ?? forAll.documents),
  };
}

/** Those that may begin now. */
export function nextUp(queue: Queue, places: number): readonly Item[] {
  if (queue.paused) return [];
  const free = places - queue.items.filter((item) => isBusy(item.phase)).length;
  return free <= 0 ? [] : queue.items.filter((item) => item.phase === "waiting").slice(0, free);
}

export function reduce(queue: Queue, action: Action): Queue {
  switch (action.type) {
    case "add":
      return { ...queue, items: [...queue.items, ...action.files.map(draft)] };
    case "looked":
      return change(queue, action.id, () => true, { kind: action.kind, guess: action.guess });
    case "edit":
      return change(queue, action.id, isEditable, (item) => ({ own: { ...item.own, ...action.own }, key: action.key }));
    case "edit-all":
      return editAll(queue, action.forAll);
    case "start":
      return line(queue, (item) => item.phase === "draft" && item.kind !== undefined);
    case "retry":
      return line(
        queue,
        (item) => (item.phase === "failed" || item.phase === "cancelled") && action.ids.includes(item.id),
      );
    case "begin":
      return change(queue, action.id, (phase) => phase === "waiting", {
        phase: action.hashFirst ? "hashing" : "sending",
        meter: startMeter(action.at),
      });
    case "hashed":
      return change(queue, action.id, isBusy, (item) => ({ sha256: action.sha256, ...afterHashing(item, action.at) }));
    case "unhashed":
      return change(queue, action.id, isBusy, (item) => afterHashing(item, action.at));
    case "progress":
      return progressed(queue, action.sent, action.at);
    case "answered":
      return change(queue, action.id, isBusy, { phase: "comparing", stored: action.stored });
    case "done":
      return change(queue, action.id, isBusy, { phase: "done" });
    case "failed":
      return change(
        queue,
        action.id,
        (phase) => isUnderWay(phase) || phase === "draft",
        (item) => ({
          phase: "failed",
          failure: action.failure,
          stored: undefined,
          key: action.key ?? item.key,
        }),
      );
    case "cancel":
      return cancelled(queue, new Set(action.ids));
    case "remove":
      return removed(queue, new Set(action.ids));
    case "clear":
      return { ...queue, items: queue.items.filter(({ phase }) => phase !== "done" && phase !== "cancelled") };
    case "pause":
      return { ...queue, paused: true };
    case "resume":
      return { ...queue, paused: false };
  }
}

/** Everything is out, and the server has yet to say that it is safe. */
export function isAllSent(item: Item): boolean {
  return item.phase === "sending" && item.meter !== undefined && item.meter.sent >= item.file.size;
}

function draft({ id, key, file, path }: { id: string; key: string; file: File; path: string }): Item {
  return {
    id,
    key,
    file,
    path,
    phase: "draft",
    kind: undefined,
    guess: undefined,
    own: {},
    meter: undefined,
    sha256: undefined,
    stored: undefined,
    failure: undefined,
    late: false,
    batch: 0,
  };
}

function change(
  queue: Queue,
  id: string,
  may: (phase: Phase) => boolean,
  to: Partial<Item> | ((item: Item) => Partial<Item>),
): Queue {
  return {
    ...queue,
    items: queue.items.map((item) =>
      item.id === id && may(item.phase) ? { ...item, ...(typeof to === "function" ? to(item) : to) } : item,
    ),
  };
}

/** A type that is chosen for all is that of all; texts are those of the files that have none of their own. */
function editAll(queue: Queue, forAll: Partial<ForAll>): Queue {
  const without = (own: Partial<Fields>): Partial<Fields> => {
    const { type, documents, ...rest } = own;
    return {
      ...rest,
      ...(type === undefined || "type" in forAll ? {} : { type }),
      ...(documents === undefined || "documents" in forAll ? {} : { documents }),
    };
  };
  return {
    ...queue,
    forAll: { ...queue.forAll, ...forAll },
    items: queue.items.map((item) => (item.phase === "draft" ? { ...item, own: without(item.own) } : item)),
  };
}

/** Puts them in line with what is sent along settled: what is said for all later is about others. */
function line(queue: Queue, which: (item: Item) => boolean): Queue {
  const batch = queue.items.some((item) => isUnderWay(item.phase)) ? queue.batch : queue.batch + 1;
  return {
    ...queue,
    batch,
    paused: false,
    items: queue.items.map((item) =>
      which(item)
        ? {
            ...item,
            phase: "waiting",
            own: fieldsOf(item, queue.forAll),
            meter: undefined,
            failure: undefined,
            stored: undefined,
            late: false,
            batch,
          }
        : item,
    ),
  };
}

function cancelled(queue: Queue, ids: ReadonlySet<string>): Queue {
  const may = ({ id, phase }: Item) => ids.has(id) && isUnderWay(phase) && phase !== "comparing"; // that one is stored
  return {
    ...queue,
    items: queue.items.map((item) => (may(item) ? { ...item, phase: "cancelled", late: isAllSent(item) } : item)),
  };
}

function removed(queue: Queue, ids: ReadonlySet<string>): Queue {
  return { ...queue, items: queue.items.filter(({ id, phase }) => !ids.has(id) || isUnderWay(phase)) };
}

function afterHashing(item: Item, at: number): Partial<Item> {
  return item.phase === "hashing" ? { phase: "sending", meter: startMeter(at) } : {};
}

function progressed(queue: Queue, sent: ReadonlyMap<string, number>, at: number): Queue {
  return {
    ...queue,
    items: queue.items.map((item) => {
      const bytes = sent.get(item.id);
      if (item.phase !== "sending" || item.meter === undefined || bytes === undefined) return item;
      return { ...item, meter: advance(item.meter, Math.min(bytes, item.file.size), at) };
    }),
  };
}
