import { describe, expect, it } from "vitest";
import { ApiError, asApiError, problemOf } from "@/api/problem";

describe("problemOf", () => {
  it("takes what a problem detail says", () => {
    const problem = problemOf(
      422,
      {
        title: "Unprocessable content",
        detail: "file: too odd",
        code: "wrong_content",
        request_id: "r-1",
        errors: [
          { field: "file", detail: "too odd" },
          { field: "type", message: "unknown" },
          { detail: "of no field" },
          { field: "empty" },
          "nonsense",
          null,
        ],
      },
      "r-2",
    );
    expect(problem).toMatchObject({ status: 422, message: "file: too odd", code: "wrong_content", requestId: "r-1" });
    expect(problem.fields).toEqual([
      { field: "file", message: "too odd" },
      { field: "type", message: "unknown" },
      { field: "", message: "of no field" },
    ]);
  });

  it.each(["<html><h1>502 Bad Gateway</h1></html>", undefined, null, 5, [], {}, { detail: 5, errors: "no" }])(
    "makes do with %j, which proxies answer",
    (body) => {
      const problem = problemOf(502, body, "r-9");
      expect(problem).toMatchObject({ status: 502, code: "http_502", requestId: "r-9", fields: [] });
      expect(problem.message).toBe("The server answered 502.");
    },
  );

  it("falls back to the title", () => {
    expect(problemOf(404, { title: "Not found", detail: "" }).message).toBe("Not found");
  });
});

describe("asApiError", () => {
  it.each([
    "Failed to fetch",
    "NetworkError when attempting to fetch resource.",
    "Load failed",
    "fetch failed",
    "network error",
    "Error in input stream",
  ])("knows by %j that the server is out of reach", (said) => {
    const problem = asApiError(new TypeError(said));
    expect(problem.isOffline).toBe(true);
    expect(problem.code).toBe("offline");
  });

  it("does not blame the network for a mistake of the page", () => {
    const problem = asApiError(new TypeError("Cannot read properties of undefined (reading 'items')"));
    expect(problem.code).toBe("unexpected");
    expect(problem.message).toContain("reading 'items'");
  });

  it("leaves what is one, and takes whatever else was thrown", () => {
    const error = new ApiError("x", { status: 404, code: "run_not_found" });
    expect(asApiError(error)).toBe(error);
    expect(asApiError(new Error("boom"))).toMatchObject({ message: "boom", code: "unexpected" });
    expect(asApiError("boom")).toMatchObject({ message: "boom", code: "unexpected" });
  });
});
