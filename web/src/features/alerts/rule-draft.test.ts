import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/problem";
import { changeOf, draftOf, NEW_DRAFT, newRuleOf, refusedIn, wrongIn } from "./rule-draft";

const RULE = {
  id: "r",
  client_id: null,
  pipeline_id: null,
  rule_type: "failures_in_window",
  threshold: 3,
  window_minutes: 120,
  channel: "slack",
  masked_destination: "slack://***",
  is_enabled: true,
  revision: 4,
  created_at: "2026-11-21T12:00:00Z",
  updated_at: "2026-11-21T12:00:00Z",
} as const;
const FILLED = { ...NEW_DRAFT, destination: "https://example.com/hook" };
const COUNTING = { ...FILLED, type: "failures_in_window" } as const;

describe("what is wrong in a draft", () => {
  it("is nothing, once there is a destination", () => {
    expect(wrongIn(FILLED)).toEqual({});
    expect(wrongIn(NEW_DRAFT)).toEqual({ destination: "Say where messages go." });
    expect(wrongIn({ ...FILLED, destination: "  " })).toHaveProperty("destination");
  });

  it("is a scope that nothing was chosen for", () => {
    expect(wrongIn({ ...FILLED, scope: "client" })).toEqual({ client_id: "Choose a client from the list." });
    expect(wrongIn({ ...FILLED, scope: "pipeline", clientId: "c" })).toEqual({
      pipeline_id: "Choose a pipeline from the list.",
    });
    expect(wrongIn({ ...FILLED, scope: "pipeline", pipelineId: "p" })).toEqual({});
  });

  it.each(["0", "-1", "1.5", "", "three", "1000001", "1e3"])("is a threshold of %j", (threshold) => {
    expect(wrongIn({ ...COUNTING, threshold })).toEqual({ threshold: "Give a whole number from 1 to 1,000,000." });
  });

  it("is a window of nothing, or of more than a year", () => {
    expect(wrongIn({ ...COUNTING, window: "0" })).toHaveProperty("window_minutes");
    expect(wrongIn({ ...COUNTING, window: "366", windowUnit: "1440" })).toEqual({});
    expect(wrongIn({ ...COUNTING, window: "367", windowUnit: "1440" })).toEqual({
      window_minutes: "Give at most 366 days.",
    });
  });

  it("is no number that its type does not take", () => {
    expect(wrongIn({ ...FILLED, type: "late", threshold: "x", window: "" })).toEqual({});
  });

  it("is no empty destination while the rule keeps its own", () => {
    expect(wrongIn(draftOf(RULE), RULE)).toEqual({});
    expect(wrongIn({ ...draftOf(RULE), channel: "email" }, RULE)).toEqual({
      destination: "Another channel needs a destination of its own.",
    });
  });
});

describe("what is sent", () => {
  it("has the numbers of the one type that counts only", () => {
    expect(newRuleOf({ ...COUNTING, threshold: "5", window: "2" })).toMatchObject({
      threshold: 5,
      window_minutes: 120,
    });
    expect(newRuleOf(FILLED)).toEqual({
      rule_type: "on_failure",
      channel: "webhook",
      destination: "https://example.com/hook",
      is_enabled: true,
    });
  });

  it("names the client or the pipeline, never both", () => {
    const chosen = { ...FILLED, clientId: "c", pipelineId: "p" };
    expect(newRuleOf(chosen)).not.toHaveProperty("client_id");
    expect(newRuleOf({ ...chosen, scope: "client" })).toMatchObject({ client_id: "c" });
    const ofPipeline = newRuleOf({ ...chosen, scope: "pipeline" });
    expect(ofPipeline).toMatchObject({ pipeline_id: "p" });
    expect(ofPipeline).not.toHaveProperty("client_id");
  });

  it("is only what is different of a rule", () => {
    expect(draftOf(RULE)).toMatchObject({ window: "2", windowUnit: "60", destination: "" });
    expect(changeOf(draftOf(RULE), RULE)).toEqual({});
    expect(changeOf({ ...draftOf(RULE), threshold: "4" }, RULE)).toEqual({ threshold: 4 });
    expect(changeOf({ ...draftOf(RULE), windowUnit: "1440" }, RULE)).toEqual({ window_minutes: 2880 });
    expect(changeOf({ ...draftOf(RULE), channel: "webhook", destination: " https://x.example " }, RULE)).toEqual({
      channel: "webhook",
      destination: "https://x.example",
    });
  });
});

describe("what the API refused", () => {
  it("stands at its fields", () => {
    const problem = new ApiError("threshold: no", {
      status: 422,
      code: "invalid_alert_rule",
      fields: [
        { field: "threshold", message: "no" },
        { field: "If-Match", message: "of no field" },
      ],
    });
    expect(refusedIn(problem)).toEqual({ fields: { threshold: "no" }, rest: undefined });
  });

  it("stands below them when it is about none", () => {
    expect(refusedIn(new ApiError("away", { status: 503, code: "database_unavailable" }))).toEqual({
      fields: {},
      rest: "away",
    });
  });

  it("stands at the destination when there is such a rule already", () => {
    const { fields, rest } = refusedIn(new ApiError("x", { status: 409, code: "alert_rule_exists" }));
    expect(fields.destination).toContain("already");
    expect(rest).toBeUndefined();
  });
});
