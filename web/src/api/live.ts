import type { QueryClient } from "@tanstack/react-query";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { useSyncExternalStore } from "react";
import type { Schemas } from "@/api/client";

export type LiveEvent = Schemas["EventBody"];
export type LiveState = "connecting" | "live" | "polling";

const POLL_MS = 5_000;
const SETTLE_MS = 250;
const ANSWER_MS = 10_000; // a proxy may hold the answer back for ever, and a dead connection says nothing
const SILENT_MS = 45_000; // the server beats every 15 seconds, however little happens
/** The first words of the keys of queries that events of runs and jobs are about. */
const TOUCHED = ["runs", "jobs", "documents", "system"] as const;

/**
 * Hears of what happens to runs and jobs on the server, and has what pages show of it fetched again. While the stream
 * cannot be had, everything that is shown is fetched every five seconds instead. A page that nobody sees hears nothing:
 * a browser has few connections for each server. What it missed it fetches when it is looked at.
 */
export class Live {
  private state: LiveState = "connecting";
  private position = "";
  private reading: AbortController | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private isBehind = false;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private wasOpen = false;
  private readonly watchers = new Set<() => void>();
  private readonly hearers = new Set<(event: LiveEvent) => void>();

  constructor(private readonly queries: QueryClient) {}

  /** Returns what ends it. */
  start(): () => void {
    const look = () => (document.hidden ? this.stop() : this.open());
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      document.removeEventListener("visibilitychange", look);
      this.stop();
    };
  }

  /** Calls back with every event from now on. Returns what ends that. */
  hear(hearer: (event: LiveEvent) => void): () => void {
    this.hearers.add(hearer);
    return () => this.hearers.delete(hearer);
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly current = (): LiveState => this.state;

  private open(): void {
    if (this.reading !== undefined) return;
    const reading = new AbortController();
    this.reading = reading;
    void this.read(reading)
      .catch(() => undefined) // that it broke off is all that counts
      .then(() => {
        if (this.reading !== reading) return;
        this.reading = undefined;
        clearTimeout(this.silence);
        this.become("polling");
        this.again ??= setTimeout(() => this.poll(), POLL_MS);
      });
  }

  /** Goes on while the stream is asked for again: that may take longer than a round. */
  private poll(): void {
    this.again = setTimeout(() => this.poll(), POLL_MS);
    void this.queries.invalidateQueries();
    this.open();
  }

  private stopPolling(): void {
    clearTimeout(this.again);
    this.again = undefined;
  }

  private stop(): void {
    this.reading?.abort();
    this.reading = undefined;
    this.stopPolling();
    clearTimeout(this.silence);
    clearTimeout(this.settle);
    this.settle = undefined;
  }

  private async read(reading: AbortController): Promise<void> {
    const { signal } = reading;
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.position !== "") headers["Last-Event-ID"] = this.position;
    this.awaitBeat(reading, ANSWER_MS);
    const response = await fetch("/v1/events", { headers, signal, cache: "no-store" });
    if (!response.ok || response.body === null) throw new Error(`the stream of events: ${response.status}`);
    const missed = this.state === "polling" || this.wasOpen;
    this.wasOpen = true;
    this.stopPolling();
    this.become("live");
    if (missed) void this.queries.invalidateQueries();
    const beats = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (bytes, on) => {
        this.awaitBeat(reading);
        on.enqueue(bytes);
      },
    });
    // a stream begins with the place that it is behind, as an id without an event
    const onId = (id: string) => {
      if (this.position === "") this.position = id;
    };
    this.awaitBeat(reading);
    const events = response.body
      .pipeThrough(beats)
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onId }));
    const reader = events.getReader(); // not every browser lets streams be iterated
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { id, data } = next.value;
      if (id !== undefined) this.position = id;
      if (data !== "") this.take(JSON.parse(data));
    }
  }

  /** A connection may be gone without a word: when the network changes, or the computer slept. */
  private awaitBeat(reading: AbortController, wait = SILENT_MS): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => reading.abort(), wait);
  }

  private take(event: LiveEvent): void {
    for (const hearer of this.hearers) hearer(event);
    this.isBehind = true;
    this.settle ??= setTimeout(() => void this.catchUp(), SETTLE_MS);
  }

  /** One round after the other: a round cuts the one before it short, and steady events would let none come to its end. */
  private async catchUp(): Promise<void> {
    const mine = this.settle;
    this.isBehind = false;
    await Promise.all(TOUCHED.map((key) => this.queries.invalidateQueries({ queryKey: [key] })));
    if (this.settle !== mine) return; // it was stopped meanwhile
    this.settle = this.isBehind ? setTimeout(() => void this.catchUp(), SETTLE_MS) : undefined;
  }

  private become(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }
}

export function useLiveState(live: Live): LiveState {
  return useSyncExternalStore(live.subscribe, live.current);
}
