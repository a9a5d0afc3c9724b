import { ApiError, asApiError } from "@/api/problem";
import type { Look } from "@/features/upload/guess-type";
import { FileTrouble } from "@/features/upload/hashing";
import type { Progress } from "@/features/upload/progress";
import {
  type Action,
  EMPTY,
  type Failure,
  fieldsOf,
  type Item,
  isUnderWay,
  nextUp,
  type Queue,
  reduce,
  type Stored,
} from "@/features/upload/queue";
import type { Sending } from "@/features/upload/xhr";
import { countText } from "@/ui/numbers";

/** A browser has six connections for each server: three are for uploads, one hears of news, two are for pages. */
export const PLACES = 3;

/**
 * Up to here the digest is computed before anything is sent, in a fraction of a second: then the server checks it and
 * keeps nothing of what does not fit. To wait for the digest of gigabytes would leave the network idle for seconds to
 * minutes. Those are hashed while they are sent, and the digest is compared with that of what the server stored; what
 * does not fit is deleted there again.
 */
const HASH_FIRST_BYTES = 32 * 1024 * 1024;
const SAMPLE_MS = 500;
const TELL_MS = 50;
const LOOKERS = 4;

export interface Ports {
  send: (sending: Sending) => Promise<Stored>;
  hash: (file: File, signal: AbortSignal) => Promise<string | undefined>;
  look: (file: File, name: string) => Promise<Look>;
  troubleWith: (file: File) => Promise<FileTrouble | undefined>;
  /** Of one file. */
  maxBytes: () => Promise<number | undefined>;
  /** It is asked for anew. */
  forgetMaxBytes: () => void;
  deleteRun: (runId: string) => Promise<unknown>;
  newId: () => string;
  now: () => number;
  publish: (progress: Progress) => void;
}

const CANCELLED = new DOMException("cancelled", "AbortError");

/** Does what the queue says. It lives as long as the page in the browser, whatever page of ours is shown. */
export class Engine {
  private queue: Queue = EMPTY;
  private readonly watchers = new Set<() => void>();
  private readonly running = new Map<string, AbortController>();
  private readonly sent = new Map<string, number>();
  private readonly unlooked: Item[] = [];
  private lookers = 0;
  private isBeginning = false;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private sampling: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly ports: Ports) {}

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly current = (): Queue => this.queue;

  add(files: readonly { file: File; path: string }[]): void {
    const { newId } = this.ports;
    const before = this.queue.items.length;
    this.dispatch({ type: "add", files: files.map((found) => ({ ...found, id: newId(), key: newId() })) });
    this.unlooked.push(...this.queue.items.slice(before));
    const more = Math.min(LOOKERS - this.lookers, this.unlooked.length);
    for (let looker = 0; looker < more; looker += 1) void this.lookOn();
  }

  edit(id: string, own: Item["own"]): void {
    this.dispatch({ type: "edit", id, own, key: this.ports.newId() });
  }

  cancel(...ids: readonly string[]): void {
    const running = ids.filter((id) => this.running.has(id));
    this.dispatch({ type: "cancel", ids });
    for (const id of running) if (this.item(id)?.phase === "cancelled") this.running.get(id)?.abort(CANCELLED);
  }

  /** What a person does: it shows at once. */
  dispatch(action: Action): void {
    if (action.type === "retry") this.ports.forgetMaxBytes(); // it may have been raised since
    this.apply(action);
    this.tell();
  }

  /** What happens by itself: of thousands of small files, more than could be drawn one by one. */
  private apply(action: Action): void {
    this.queue = reduce(this.queue, action);
    this.telling ??= setTimeout(() => this.tell(), TELL_MS);
    if (this.isBeginning) return; // further down the stack, which goes on
    this.isBeginning = true;
    for (let [next] = nextUp(this.queue, PLACES); next !== undefined; [next] = nextUp(this.queue, PLACES)) {
      void this.run(next);
    }
    this.isBeginning = false;
  }

  private tell(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    this.attend();
    for (const watcher of this.watchers) watcher();
  }

  private item(id: string): Item | undefined {
    return this.queue.items.find((item) => item.id === id);
  }

  private async lookOn(): Promise<void> {
    this.lookers += 1;
    for (let item = this.unlooked.shift(); item !== undefined; item = this.unlooked.shift()) {
      const { id, file } = item;
      try {
        this.apply({ type: "looked", id, ...(await this.ports.look(file, file.name)) });
      } catch {
        this.apply({ type: "looked", id, kind: "unknown binary data", guess: "archive" });
        this.apply({ type: "failed", id, failure: await this.explain(new FileTrouble(false), file) });
      }
    }
    this.lookers -= 1;
  }

  private async run(item: Item): Promise<void> {
    const { id, file } = item;
    const control = new AbortController();
    this.running.set(id, control);
    try {
      const hashFirst = item.sha256 === undefined && file.size <= HASH_FIRST_BYTES;
      this.apply({ type: "begin", id, hashFirst, at: this.ports.now() });
      await this.checkSize(file);
      if (control.signal.aborted) return;
      const hashed = this.digest(item, control.signal);
      const sent = hashFirst
        ? hashed.then((sha256) => this.send(item, sha256, control))
        : this.send(item, item.sha256, control);
      const [sha256, stored] = await Promise.all([hashed, sent]);
      if (sha256 !== undefined && sha256 !== stored.sha256) throw await this.withdraw(stored, sha256);
      this.apply({ type: "done", id });
    } catch (error) {
      if (control.signal.aborted) return; // somebody cancelled it
      control.abort(error); // of hashing and sending, the other one is still at it
      const stored = this.item(id)?.stored;
      if (error instanceof FileTrouble && stored !== undefined) {
        await this.ports.deleteRun(stored.runId).catch(() => undefined); // nobody knows what its bytes are
      }
      const failure = await this.explain(error, file);
      if (failure.code === "connection_lost") this.apply({ type: "pause" });
      const fresh = failure.code === "digest_mismatch" || failure.code === "idempotency_key_reused";
      this.apply({ type: "failed", id, failure, ...(fresh ? { key: this.ports.newId() } : {}) });
    } finally {
      if (this.running.get(id) === control) {
        this.running.delete(id); // unless another attempt has begun
        this.sent.delete(id);
      }
    }
  }

  /** What the server would refuse is not sent. */
  private async checkSize({ size }: File): Promise<void> {
    const most = await this.ports.maxBytes();
    if (most === undefined || size <= most) return;
    const message = `The file has ${countText(size)} bytes; this server takes at most ${countText(most)}.`;
    throw new ApiError(message, { status: 413, code: "upload_too_large" });
  }

  private async digest({ id, file, sha256 }: Item, signal: AbortSignal): Promise<string | undefined> {
    const digest = sha256 ?? (await this.ports.hash(file, signal));
    const at = this.ports.now();
    this.apply(digest === undefined ? { type: "unhashed", id, at } : { type: "hashed", id, sha256: digest, at });
    return digest;
  }

  private async send(item: Item, sha256: string | undefined, control: AbortController): Promise<Stored> {
    const { id, file, key } = item;
    this.sent.set(id, 0);
    const stored = await this.ports.send({
      file,
      key,
      sha256,
      fields: fieldsOf(item, this.queue.forAll),
      signal: control.signal,
      onProgress: (bytes) => this.sent.set(id, bytes),
    });
    this.apply({ type: "answered", id, stored });
    return stored;
  }

  /** The same that the server does when it knows the digest beforehand: nothing is kept of what does not fit. */
  private async withdraw({ runId, sha256 }: Stored, expected: string): Promise<ApiError> {
    const what = `The server stored bytes with SHA-256 ${sha256}, but the file has ${expected}: it was damaged on its way, or changed.`;
    const about = { status: 422, code: "digest_mismatch" };
    try {
      await this.ports.deleteRun(runId);
      return new ApiError(`${what} The run was deleted again; send the file once more.`, about);
    } catch {
      return new ApiError(`${what} Delete the run ${runId}, then send the file once more.`, about);
    }
  }

  private async explain(error: unknown, file: File): Promise<Failure> {
    const lost = error instanceof ApiError && error.isOffline;
    const trouble = error instanceof FileTrouble || lost ? await this.ports.troubleWith(file) : undefined;
    const found = trouble ?? error;
    if (found instanceof FileTrouble) return { code: found.code, message: found.message, retryable: false };
    const { code, message, requestId } = asApiError(found);
    return { code, message, requestId, retryable: true };
  }

  /** What goes on beside the uploads as long as there are any. */
  private attend(): void {
    const { items, batch } = this.queue;
    const left = items.filter((item) => isUnderWay(item.phase)).length;
    if (left > 0 && this.sampling === undefined) {
      this.sampling = setInterval(() => {
        this.apply({ type: "progress", sent: this.sent, at: this.ports.now() });
      }, SAMPLE_MS);
      globalThis.addEventListener("beforeunload", warn);
    } else if (left === 0 && this.sampling !== undefined) {
      clearInterval(this.sampling);
      this.sampling = undefined;
      globalThis.removeEventListener("beforeunload", warn);
    }
    const together = items.filter((item) => item.batch === batch && batch > 0 && item.phase !== "cancelled");
    const counted = together.filter((item) => item.phase !== "failed");
    const size = counted.reduce((sum, { file }) => sum + file.size, 0);
    const out = counted.reduce(
      (sum, { phase, meter, file }) => sum + (isUnderWay(phase) ? (meter?.sent ?? 0) : file.size),
      0,
    );
    this.ports.publish({
      left,
      total: together.length,
      failed: together.filter((item) => item.phase === "failed").length,
      share: size === 0 ? 0 : Math.floor((100 * out) / size) / 100,
    });
  }
}

/** The browser asks in its own words whether to leave. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
  event.returnValue = true; // what older browsers go by
}
