import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "@/api/problem";
import { Engine, type Ports } from "@/features/upload/engine";
import { FileTrouble } from "@/features/upload/hashing";
import type { Item, Stored } from "@/features/upload/queue";
import type { Sending } from "@/features/upload/xhr";

const LOST = new ApiError("The connection broke off.", { status: 0, code: "connection_lost" });
const SHA = "a".repeat(64);

/** Nothing is answered before the test says so. */
class Server {
  readonly sent: Sending[] = [];
  private readonly waiting: { resolve: (stored: Stored) => void; reject: (error: unknown) => void }[] = [];

  readonly send = (sending: Sending): Promise<Stored> => {
    this.sent.push(sending);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      sending.signal.addEventListener("abort", () => reject(sending.signal.reason));
    });
  };

  store(at = 0, sha256 = SHA): void {
    this.waiting[at]?.resolve({ runId: `run-${at}`, sha256, replayed: false });
  }

  fail(error: unknown, at = 0): void {
    this.waiting[at]?.reject(error);
  }
}

let server: Server;
let ids: number;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  ids = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

function engine(ports: Partial<Ports> = {}): Engine {
  return new Engine({
    send: server.send,
    hash: async () => SHA,
    look: async () => ({ kind: "text", guess: "document" }),
    troubleWith: async () => undefined,
    maxBytes: async () => undefined,
    forgetMaxBytes: () => undefined,
    deleteRun: async () => undefined,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    now: () => 0,
    publish: () => undefined,
    ...ports,
  });
}

function file(name: string, size = 5): File {
  return Object.defineProperty(new File(["hello"], name), "size", { value: size });
}

const settled = () => vi.advanceTimersByTimeAsync(100);

async function started(made: Engine, ...files: File[]): Promise<readonly Item[]> {
  made.add(files.map((one) => ({ file: one, path: one.name })));
  await settled();
  made.dispatch({ type: "start" });
  await settled();
  return made.current().items;
}

const BIG = 2 ** 30;

it("computes the digest of a small file first, and lets the server check it", async () => {
  const made = engine();
  await started(made, file("a.txt"));
  expect(server.sent[0]).toMatchObject({ sha256: SHA, fields: { type: "document" } });
  server.store();
  await settled();
  expect(made.current().items[0]).toMatchObject({ phase: "done", stored: { runId: "run-0" } });
});

it("sends a large file at once, and compares when both are done", async () => {
  let hashed: (sha256: string) => void = () => undefined;
  const made = engine({ hash: () => new Promise((resolve) => (hashed = resolve)) });
  await started(made, file("a.tar", BIG));
  expect(server.sent[0]?.sha256).toBeUndefined();
  server.store();
  await settled();
  expect(made.current().items[0]?.phase).toBe("comparing");
  hashed(SHA);
  await settled();
  expect(made.current().items[0]?.phase).toBe("done");
});

it("deletes what does not have the digest of the file, and says so", async () => {
  const deleteRun = vi.fn(async () => undefined);
  const made = engine({ deleteRun });
  const [before] = await started(made, file("a.tar", BIG));
  server.store(0, "b".repeat(64));
  await settled();
  const [after] = made.current().items;
  expect(deleteRun).toHaveBeenCalledWith("run-0");
  expect(after).toMatchObject({ phase: "failed", failure: { code: "digest_mismatch", retryable: true } });
  expect(after?.key).not.toBe(before?.key);
});

it("says which run to delete where it cannot", async () => {
  const made = engine({ deleteRun: () => Promise.reject(LOST) });
  await started(made, file("a.tar", BIG));
  server.store(0, "b".repeat(64));
  await settled();
  expect(made.current().items[0]?.failure?.message).toContain("Delete the run run-0");
});

it("uploads without a digest where the browser cannot compute one", async () => {
  const made = engine({ hash: async () => undefined });
  await started(made, file("a.txt"));
  server.store();
  await settled();
  expect(made.current().items[0]).toMatchObject({ phase: "done", sha256: undefined });
});

it("has three at a time, and goes on with the next", async () => {
  const made = engine();
  await started(made, ...["a", "b", "c", "d", "e"].map((name) => file(name)));
  expect(server.sent.map((one) => one.file.name)).toEqual(["a", "b", "c"]);
  server.store(1);
  await settled();
  expect(server.sent.map((one) => one.file.name)).toEqual(["a", "b", "c", "d"]);
});

it("stops beginning when the connection is lost, and retries with the same key", async () => {
  const made = engine();
  const items = await started(made, ...["a", "b", "c", "d"].map((name) => file(name)));
  server.fail(LOST);
  await settled();
  expect(made.current()).toMatchObject({ paused: true });
  expect(made.current().items.map(({ phase }) => phase)).toEqual(["failed", "sending", "sending", "waiting"]);
  made.dispatch({ type: "retry", ids: [items[0]?.id ?? ""] });
  await settled();
  expect(server.sent[3]?.file.name).toBe("a");
  expect(server.sent[3]?.key).toBe(server.sent[0]?.key);
});

it("says that the file is gone when that is why the connection broke off", async () => {
  const made = engine({ troubleWith: async () => new FileTrouble(true) });
  await started(made, file("a"), file("b"), file("c"), file("d"));
  server.fail(LOST);
  await settled();
  expect(made.current().paused).toBe(false);
  expect(made.current().items[0]).toMatchObject({ phase: "failed", failure: { code: "file_gone", retryable: false } });
});

it("stops sending when the file turns out to have changed", async () => {
  const made = engine({ hash: () => Promise.reject(new FileTrouble(false)) });
  await started(made, file("a.tar", BIG));
  expect(server.sent[0]?.signal.aborted).toBe(true);
  expect(made.current().items[0]?.failure?.code).toBe("file_changed");
});

it("does not send what is larger than the server takes", async () => {
  const made = engine({ maxBytes: async () => 1000 });
  await started(made, file("a.tar", BIG));
  expect(server.sent).toEqual([]);
  expect(made.current().items[0]?.failure).toMatchObject({
    code: "upload_too_large",
    message: "The file has 1,073,741,824 bytes; this server takes at most 1,000.",
  });
});

it("asks anew what the server takes before it is tried again", async () => {
  let limit = 1000;
  let known: number | undefined;
  const made = engine({
    maxBytes: async () => {
      known ??= limit;
      return known;
    },
    forgetMaxBytes: () => {
      known = undefined;
    },
  });
  const [item] = await started(made, file("a.tar", BIG));
  expect(made.current().items[0]?.phase).toBe("failed");
  limit = 2 * BIG;
  made.dispatch({ type: "retry", ids: [item?.id ?? ""] });
  await settled();
  expect(server.sent).toHaveLength(1);
});

it("breaks off what is cancelled, and begins it anew on retry", async () => {
  const made = engine();
  const [item] = await started(made, file("a.tar", BIG));
  made.cancel(item?.id ?? "");
  await settled();
  expect(server.sent[0]?.signal.aborted).toBe(true);
  expect(made.current().items[0]?.phase).toBe("cancelled");
  made.dispatch({ type: "retry", ids: [item?.id ?? ""] });
  await settled();
  server.store(1);
  await settled();
  expect(made.current().items[0]?.phase).toBe("done");
});

it("warns before the page is left only while something is under way", async () => {
  const leave = () => {
    const event = new Event("beforeunload", { cancelable: true });
    globalThis.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const made = engine();
  expect(leave()).toBe(false);
  await started(made, file("a"));
  expect(leave()).toBe(true);
  server.store();
  await settled();
  expect(leave()).toBe(false);
});

it("tells the shell how far it is", async () => {
  const publish = vi.fn();
  const made = engine({ publish });
  await started(made, file("a.tar", BIG), file("b.tar", BIG));
  server.sent[0]?.onProgress(BIG / 2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(publish).toHaveBeenLastCalledWith({ left: 2, total: 2, failed: 0, share: 0.25 });
});
