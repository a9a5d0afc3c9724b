import { describe, expect, it } from "vitest";
import {
  type Action,
  EMPTY,
  fieldsOf,
  type Item,
  isAllSent,
  nextUp,
  type Queue,
  reduce,
} from "@/features/upload/queue";

const STORED = { runId: "r1", sha256: "aa", replayed: false };
const FAILURE = { code: "storage_full", message: "There is no space left.", retryable: true };

function queued(...actions: Action[]): Queue {
  return actions.reduce(reduce, EMPTY);
}

function added(...ids: string[]): Action[] {
  const files = ids.map((id) => ({ id, key: `key-${id}`, file: new File(["hello"], `${id}.txt`), path: `${id}.txt` }));
  return [
    { type: "add", files },
    ...ids.map((id): Action => ({ type: "looked", id, kind: "text", guess: "document" })),
  ];
}

function begun(id: string, hashFirst = false): Action {
  return { type: "begin", id, hashFirst, at: 0 };
}

function item(queue: Queue, id = "a"): Item {
  const found = queue.items.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no item ${id}`);
  return found;
}

describe("the way of an upload", () => {
  it("leads from draft to done", () => {
    const way = [
      ...added("a"),
      { type: "start" },
      begun("a", true),
      { type: "hashed", id: "a", sha256: "aa", at: 10 },
      { type: "answered", id: "a", stored: STORED },
      { type: "done", id: "a" },
    ] as const satisfies Action[];
    const phases = way.map((_, count) => item(queued(...way.slice(0, count + 1))).phase);
    expect(phases).toEqual(["draft", "draft", "waiting", "hashing", "sending", "comparing", "done"]);
  });

  it("begins to measure when sending begins, not when hashing does", () => {
    const queue = queued(...added("a"), { type: "start" }, begun("a", true), {
      type: "hashed",
      id: "a",
      sha256: "aa",
      at: 700,
    });
    expect(item(queue).meter?.start).toBe(700);
  });

  it("goes on sending when the digest comes meanwhile, and without one where there is none", () => {
    const sending = queued(...added("a", "b"), { type: "start" }, begun("a"), begun("b", true));
    const queue = [
      { type: "hashed", id: "a", sha256: "aa", at: 5 } as const,
      { type: "unhashed", id: "b", at: 5 } as const,
    ].reduce(reduce, sending);
    expect(item(queue, "a")).toMatchObject({ phase: "sending", sha256: "aa" });
    expect(item(queue, "b")).toMatchObject({ phase: "sending", sha256: undefined });
  });

  it("does not start a file whose content nobody has looked at", () => {
    const [add] = added("a");
    if (add === undefined) throw new Error("nothing is added");
    expect(item(queued(add, { type: "start" })).phase).toBe("draft");
  });

  it("keeps what is cancelled cancelled, whatever comes later", () => {
    const queue = queued(
      ...added("a"),
      { type: "start" },
      begun("a"),
      { type: "cancel", ids: ["a"] },
      { type: "answered", id: "a", stored: STORED },
      { type: "failed", id: "a", failure: FAILURE },
    );
    expect(item(queue)).toMatchObject({ phase: "cancelled", stored: undefined, failure: undefined });
  });

  it("cannot be cancelled any more once it is stored", () => {
    const queue = queued(...added("a"), { type: "start" }, begun("a"), { type: "answered", id: "a", stored: STORED });
    expect(item(reduce(queue, { type: "cancel", ids: ["a"] })).phase).toBe("comparing");
  });

  it("remembers that everything was out when it was cancelled", () => {
    const queue = queued(...added("a"), { type: "start" }, begun("a"), {
      type: "progress",
      sent: new Map([["a", 99]]),
      at: 500,
    });
    expect(isAllSent(item(queue))).toBe(true);
    expect(item(queue).meter?.sent).toBe(5);
    expect(item(reduce(queue, { type: "cancel", ids: ["a"] })).late).toBe(true);
  });
});

describe("retrying", () => {
  const failed = queued(...added("a", "b"), { type: "start" }, begun("a"), {
    type: "failed",
    id: "a",
    failure: FAILURE,
  });

  it("uses the same key, so that nothing is stored twice", () => {
    const queue = reduce(failed, { type: "retry", ids: ["a"] });
    expect(item(queue)).toMatchObject({ phase: "waiting", key: "key-a", failure: undefined, meter: undefined });
  });

  it("uses another key once something was changed: it is another upload", () => {
    const edited = reduce(failed, { type: "edit", id: "a", own: { type: "single_conf" }, key: "key-2" });
    expect(item(reduce(edited, { type: "retry", ids: ["a"] }))).toMatchObject({ key: "key-2", phase: "waiting" });
    expect(fieldsOf(item(edited), edited.forAll).type).toBe("single_conf");
  });

  it("uses another key when the failure says so", () => {
    const queue = reduce(queued(...added("a"), { type: "start" }, begun("a")), {
      type: "failed",
      id: "a",
      failure: FAILURE,
      key: "key-3",
    });
    expect(item(queue).key).toBe("key-3");
  });

  it("leaves what did not fail alone", () => {
    expect(item(reduce(failed, { type: "retry", ids: ["a", "b"] }), "b")).toBe(item(failed, "b"));
  });
});

describe("the line", () => {
  const waiting = queued(...added("a", "b", "c", "d"), { type: "start" });

  it("lets as many begin as there are places", () => {
    expect(nextUp(waiting, 3).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    const busy = reduce(reduce(waiting, begun("a")), begun("b", true));
    expect(nextUp(busy, 3).map(({ id }) => id)).toEqual(["c"]);
  });

  it("stands still while it is paused, and moves when somebody retries", () => {
    const paused = reduce(waiting, { type: "pause" });
    expect(nextUp(paused, 3)).toEqual([]);
    expect(nextUp(reduce(paused, { type: "resume" }), 3)).toHaveLength(3);
    const failed = reduce(paused, { type: "failed", id: "a", failure: FAILURE });
    expect(nextUp(reduce(failed, { type: "retry", ids: ["a"] }), 3)).toHaveLength(3);
  });

  it("counts those together that are started while others are under way", () => {
    const more = [...added("e"), { type: "start" } as const].reduce(reduce, waiting);
    expect(item(more, "e").batch).toBe(item(more, "a").batch);
    const idle = ["a", "b", "c", "d"].reduce((queue, id) => reduce(queue, { type: "cancel", ids: [id] }), waiting);
    const later = [...added("e"), { type: "start" } as const].reduce(reduce, idle);
    expect(item(later, "e").batch).toBe(item(later, "a").batch + 1);
  });

  it("clears what is stored or cancelled, and removes nothing that is under way", () => {
    const mixed = [
      begun("a"),
      { type: "answered", id: "a", stored: STORED } as const,
      { type: "done", id: "a" } as const,
      { type: "cancel", ids: ["b"] } as const,
      { type: "failed", id: "c", failure: FAILURE } as const,
    ].reduce(reduce, waiting);
    expect(reduce(mixed, { type: "clear" }).items.map(({ id }) => id)).toEqual(["c", "d"]);
    expect(reduce(mixed, { type: "remove", ids: ["d"] }).items).toHaveLength(4);
    expect(reduce(mixed, { type: "remove", ids: ["c"] }).items).toHaveLength(3);
  });
});

describe("what is sent along", () => {
  it("is the guess, unless somebody says something for all, or for one", () => {
    const guessed = queued(...added("a", "b"));
    expect(fieldsOf(item(guessed), guessed.forAll).type).toBe("document");
    const all = reduce(guessed, { type: "edit-all", forAll: { type: "archive", label: "nightly" } });
    expect(fieldsOf(item(all), all.forAll)).toMatchObject({ type: "archive", label: "nightly" });
    const one = reduce(all, { type: "edit", id: "a", own: { label: "mine", type: "app_bundle" }, key: "k" });
    expect(fieldsOf(item(one), one.forAll)).toMatchObject({ type: "app_bundle", label: "mine" });
    expect(fieldsOf(item(one, "b"), one.forAll)).toMatchObject({ type: "archive", label: "nightly" });
  });

  it("changes for all with a type for all, and keeps the texts of each", () => {
    const one = reduce(queued(...added("a")), {
      type: "edit",
      id: "a",
      own: { label: "mine", type: "archive" },
      key: "k",
    });
    const all = reduce(one, { type: "edit-all", forAll: { type: "single_conf", label: "nightly" } });
    expect(fieldsOf(item(all), all.forAll)).toMatchObject({ type: "single_conf", label: "mine" });
  });

  it("is settled when the file is put in line", () => {
    const started = reduce(queued(...added("a")), { type: "start" });
    const later = reduce(started, { type: "edit-all", forAll: { type: "archive", label: "of others" } });
    expect(fieldsOf(item(later), later.forAll)).toMatchObject({ type: "document", label: "" });
  });

  it("names a file out of a folder by its path, in as many characters as a label may have", () => {
    const path = `${"deep/".repeat(60)}a.log`;
    const queue = queued({ type: "add", files: [{ id: "a", key: "k", file: new File(["x"], "a.log"), path }] });
    const { label } = fieldsOf(item(queue), queue.forAll);
    expect(label).toHaveLength(200);
    expect(label.endsWith("deep/a.log")).toBe(true);
  });

  it("asks for documents of archives only", () => {
    const queue = reduce(queued(...added("a")), { type: "edit-all", forAll: { documents: true } });
    expect(fieldsOf(item(queue), queue.forAll).documents).toBe(false);
    const archive = reduce(queue, { type: "edit-all", forAll: { type: "archive" } });
    expect(fieldsOf(item(archive), archive.forAll).documents).toBe(true);
  });
});
