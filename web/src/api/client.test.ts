import { afterEach, describe, expect, it, vi } from "vitest";
import { answer, answerWithTag, api } from "@/api/client";
import { ApiError } from "@/api/problem";

const answering = (respond: (request: Request) => Response | Promise<Response>) => {
  const asked = vi.fn(async (request: Request) => respond(request));
  vi.stubGlobal("fetch", asked);
  return asked;
};
const json = (body: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" }, ...init });
const clientOf = () => api.GET("/v1/clients/{client_id}", { params: { path: { client_id: "c/1" } } });

afterEach(() => vi.unstubAllGlobals());

describe("answer", () => {
  it("gives the body, and puts parameters where they belong", async () => {
    const asked = answering(() => json({ name: "Acme" }));
    expect(await answer(clientOf())).toEqual({ name: "Acme" });
    expect(asked.mock.calls[0]?.[0].url).toBe(`${location.origin}/v1/clients/c%2F1`);
  });

  it("gives undefined where there is no body", async () => {
    answering(() => new Response(null, { status: 204 }));
    const gone = api.DELETE("/v1/clients/{client_id}", { params: { path: { client_id: "c" } } });
    expect(await answer(gone)).toBeUndefined();
  });

  it("throws what the API refused, with the id of the request", async () => {
    answering(() =>
      json({ detail: "There is none", code: "client_not_found" }, { status: 404, headers: { "X-Request-Id": "r-7" } }),
    );
    await expect(answer(clientOf())).rejects.toMatchObject({
      name: "ApiError",
      status: 404,
      code: "client_not_found",
      requestId: "r-7",
    });
  });

  it("throws for the page of a proxy, too", async () => {
    answering(
      () => new Response("<html>Bad gateway</html>", { status: 502, headers: { "Content-Type": "text/html" } }),
    );
    await expect(answer(clientOf())).rejects.toMatchObject({ status: 502, code: "http_502" });
  });

  it("throws for an error without any body", async () => {
    answering(() => new Response(null, { status: 503, headers: { "Content-Length": "0" } }));
    await expect(answer(clientOf())).rejects.toMatchObject({ status: 503, code: "http_503" });
  });

  it("says that the server is out of reach", async () => {
    answering(() => {
      throw new TypeError("Failed to fetch");
    });
    const thrown = await answer(clientOf()).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ApiError);
    expect(thrown).toMatchObject({ isOffline: true });
  });

  it("lets go quietly of what was given up", async () => {
    const abort = new DOMException("given up", "AbortError");
    answering(() => {
      throw abort;
    });
    await expect(answer(clientOf())).rejects.toBe(abort);
  });
});

describe("answerWithTag", () => {
  it("gives the tag as well", async () => {
    answering(() => json({ name: "Acme" }, { headers: { ETag: '"3"', "Content-Type": "application/json" } }));
    expect(await answerWithTag(clientOf())).toEqual({ body: { name: "Acme" }, etag: '"3"' });
  });

  it("takes the tag for what it was before a proxy packed the answer", async () => {
    answering(() => json({ name: "Acme" }, { headers: { ETag: 'W/"3"', "Content-Type": "application/json" } }));
    expect(await answerWithTag(clientOf())).toMatchObject({ etag: '"3"' });
  });

  it("throws as answer() does", async () => {
    answering(() => json({ code: "client_not_found" }, { status: 404 }));
    await expect(answerWithTag(clientOf())).rejects.toMatchObject({ code: "client_not_found" });
  });
});
