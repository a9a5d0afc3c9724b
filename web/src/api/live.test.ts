import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Live, type LiveState } from "@/api/live";

/** A server's end of one stream. */
class Stream {
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly response = new Response(
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
    }),
  );
  constructor(readonly headers: Headers) {}
  write(text: string) {
    this.controller?.enqueue(new TextEncoder().encode(text));
  }
  event(position: number, code = "job_started") {
    this.write(`id: ${position}\nevent: ${code}\ndata: {"position":${position},"code":"${code}"}\n\n`);
  }
  breaks() {
    this.controller?.error(new TypeError("network error"));
  }
}

let streams: Stream[];
let refused: boolean;
let isDeaf: boolean;
let queries: QueryClient;
let live: Live;
let stop: () => void;
let invalidated: unknown[];
let answered: Promise<void>;

const last = () => {
  const stream = streams.at(-1);
  if (stream === undefined) throw new Error("no stream was asked for");
  return stream;
};
const settle = () => vi.advanceTimersByTimeAsync(300);
function hide(hidden: boolean) {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  refused = false;
  isDeaf = false;
  invalidated = [];
  answered = Promise.resolve();
  vi.stubGlobal(
    "fetch",
    async (_: string, { headers, signal }: { headers: Record<string, string>; signal: AbortSignal }) => {
      if (refused) return new Response("away", { status: 503 });
      const stream = new Stream(new Headers(headers));
      streams.push(stream);
      signal.addEventListener("abort", () => stream.breaks());
      if (isDeaf) await new Promise((_, refuse) => signal.addEventListener("abort", refuse));
      return stream.response;
    },
  );
  queries = new QueryClient();
  vi.spyOn(queries, "invalidateQueries").mockImplementation(async (filters) => {
    invalidated.push(filters?.queryKey?.[0] ?? "everything");
    await answered;
  });
  live = new Live(queries);
  stop = live.start();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Live", () => {
  it("lets what is being fetched come to its end, however many events come meanwhile", async () => {
    let resolve = () => {};
    answered = new Promise((done) => {
      resolve = done;
    });
    await settle();
    last().event(1);
    await settle();
    const once = invalidated.length;
    for (let position = 2; position < 6; position += 1) {
      last().event(position);
      await settle();
    }
    expect(invalidated).toHaveLength(once);
    resolve();
    await settle();
    expect(invalidated).toHaveLength(2 * once);
    await settle();
    expect(invalidated).toHaveLength(2 * once);
  });

  it("hears of events, and has what they are about fetched again, once for many", async () => {
    const heard = vi.fn();
    live.hear(heard);
    await settle();
    expect(live.current()).toBe("live");
    expect(invalidated).toEqual([]);
    last().event(1);
    last().event(2);
    await settle();
    expect(heard.mock.calls.map(([event]) => event.position)).toEqual([1, 2]);
    expect(invalidated).toEqual(["runs", "jobs", "documents", "system"]);
  });

  it("puts an event together that comes in pieces", async () => {
    const heard = vi.fn();
    live.hear(heard);
    await settle();
    last().write('id: 1\nevent: x\ndata: {"posi');
    await settle();
    expect(heard).not.toHaveBeenCalled();
    last().write('tion":1}\n\n');
    await settle();
    expect(heard).toHaveBeenCalledExactlyOnceWith({ position: 1 });
  });

  it("fetches everything while the stream is away, and comes back where it was", async () => {
    const states: LiveState[] = [];
    live.subscribe(() => states.push(live.current()));
    await settle();
    last().event(41);
    await settle();
    invalidated = [];
    refused = true;
    last().breaks();
    await settle();
    expect(live.current()).toBe("polling");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(invalidated).toEqual(["everything", "everything"]);
    refused = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(live.current()).toBe("live");
    expect(last().headers.get("Last-Event-ID")).toBe("41");
    expect(states).toEqual(["polling", "live"]);
    invalidated = [];
    await vi.advanceTimersByTimeAsync(20_000);
    expect(invalidated).toEqual([]);
  });

  it("comes back to where the stream began, when it broke before the first event", async () => {
    await settle();
    last().write("id: 7\n\n");
    await settle();
    last().breaks();
    await vi.advanceTimersByTimeAsync(5_300);
    expect(streams).toHaveLength(2);
    expect(last().headers.get("Last-Event-ID")).toBe("7");
  });

  it("gives up a stream that has fallen silent: the server beats every 15 seconds", async () => {
    await settle();
    for (let beats = 0; beats < 5; beats += 1) {
      last().write(": beat\n\n");
      await vi.advanceTimersByTimeAsync(15_000);
    }
    expect(streams).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(streams.length).toBeGreaterThan(1);
  });

  it("polls when nothing answers, and goes on with that while it asks for the stream again", async () => {
    stop();
    isDeaf = true;
    live = new Live(queries);
    stop = live.start();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(live.current()).toBe("connecting");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(live.current()).toBe("polling");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(invalidated).toEqual(Array.from({ length: 6 }, () => "everything"));
    isDeaf = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(live.current()).toBe("live");
    invalidated = [];
    await vi.advanceTimersByTimeAsync(20_000);
    expect(invalidated).toEqual([]);
  });

  it("hears nothing while nobody looks, and fetches what it missed", async () => {
    await settle();
    const first = last();
    hide(true);
    await settle();
    expect(streams).toEqual([first]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(streams).toHaveLength(1);
    expect(invalidated).toEqual([]);
    hide(false);
    await settle();
    expect(streams).toHaveLength(2);
    expect(invalidated).toEqual(["everything"]);
  });

  it("does not poll while nobody looks", async () => {
    await settle();
    refused = true;
    last().breaks();
    await settle();
    hide(true);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(invalidated).toEqual([]);
  });

  it("ends when it is told to", async () => {
    await settle();
    stop();
    await vi.advanceTimersByTimeAsync(30_000);
    hide(false);
    await settle();
    expect(streams).toHaveLength(1);
  });
});
