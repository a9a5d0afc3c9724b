import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AcknowledgeDialog } from "./acknowledge-dialog";
import { MuteDialog } from "./mute-dialog";
import { OpenCount } from "./open-count";
import { rulesQuery } from "./queries";
import { EditRuleDialog, NewRuleDialog } from "./rule-dialog";

const SECRET = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

/** Answers every request so, and tells what was asked. */
function answering(status: number, body: unknown) {
  const asked: { url: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const text = await request.text();
    asked.push({ url: new URL(request.url).pathname, body: text === "" ? undefined : JSON.parse(text) });
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
  return asked;
}

function shown(page: ReactNode) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(<QueryClientProvider client={queries}>{page}</QueryClientProvider>);
  return queries;
}

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

describe("a new rule", () => {
  const fill = async () => {
    await userEvent.type(screen.getByLabelText("Destination"), "https://example.com/hook");
    await userEvent.click(screen.getByRole("button", { name: "Create the rule" }));
  };

  it("is not sent until it is whole, and leads to what is missing", async () => {
    const asked = answering(201, {});
    shown(<NewRuleDialog onClose={() => {}} />);
    await userEvent.click(screen.getByRole("button", { name: "Create the rule" }));
    expect(screen.getByLabelText("Destination")).toHaveAccessibleDescription("Say where messages go.");
    await waitFor(() => expect(screen.getByLabelText("Destination")).toHaveFocus());
    expect(asked).toEqual([]);
  });

  it("asks for numbers only where they count", async () => {
    answering(201, {});
    shown(<NewRuleDialog onClose={() => {}} />);
    expect(screen.queryByLabelText("Failures")).not.toBeInTheDocument();
    await userEvent.selectOptions(screen.getByLabelText("When"), "Several failures");
    expect(screen.getByLabelText("Failures")).toHaveValue("3");
    await userEvent.selectOptions(screen.getByLabelText("When"), "Stuck");
    expect(screen.queryByLabelText("Failures")).not.toBeInTheDocument();
  });

  it("shows its secret once, and keeps neither that nor the destination", async () => {
    const asked = answering(201, { signing_secret: SECRET });
    const closed = vi.fn();
    const queries = shown(<NewRuleDialog onClose={closed} />);
    await fill();
    expect(await screen.findByText(SECRET)).toBeVisible();
    expect(asked).toEqual([
      {
        url: "/v1/alert-rules",
        body: {
          rule_type: "on_failure",
          channel: "webhook",
          destination: "https://example.com/hook",
          is_enabled: true,
        },
      },
    ]);
    await userEvent.keyboard("{Escape}");
    expect(closed).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "I have copied it" }));
    expect(closed).toHaveBeenCalledOnce();
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("whsec_");
    expect(
      JSON.stringify(
        queries
          .getQueryCache()
          .getAll()
          .map((query) => query.state.data),
      ),
    ).not.toContain("whsec_");
  });

  it("has what the API says beside the field that it is about", async () => {
    answering(422, {
      code: "invalid_alert_rule",
      detail: "destination: apprise cannot send there",
      errors: [{ field: "destination", detail: "apprise cannot send there" }],
    });
    shown(<NewRuleDialog onClose={() => {}} />);
    await fill();
    const destination = screen.getByLabelText("Destination");
    await waitFor(() => expect(destination).toHaveAccessibleDescription("apprise cannot send there"));
    await userEvent.type(destination, "s");
    expect(destination).toBeValid();
  });

  it("says with its code what is about no field", async () => {
    answering(503, { code: "database_unavailable", detail: "The database does not answer.", request_id: "r-3" });
    shown(<NewRuleDialog onClose={() => {}} />);
    await fill();
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "The database does not answer.database_unavailable · request r-3",
    );
  });
});

/** Answers what changes something only when it is told to. */
function holding(method: string, answers: { read?: unknown; etag?: string; written: unknown }) {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === method) await held;
    const body = request.method === method ? answers.written : answers.read;
    return new Response(JSON.stringify(body), {
      headers: { "Content-Type": "application/json", ...(answers.etag !== undefined && { ETag: answers.etag }) },
    });
  });
  return release;
}

function Rules() {
  return useQuery(rulesQuery({}, undefined)).isSuccess && <p>Listed</p>;
}

const RULE = {
  id: "r",
  revision: 1,
  rule_type: "on_failure",
  channel: "webhook",
  masked_destination: "https://example.com/…",
  is_enabled: true,
  client_id: null,
  pipeline_id: null,
  threshold: null,
  window_minutes: null,
};

describe("a rule that is being saved", () => {
  const tryToClose = async () => {
    await userEvent.keyboard("{Escape}");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  };

  it("cannot be left before its secret is there", async () => {
    const release = holding("POST", { written: { signing_secret: SECRET } });
    const closed = vi.fn();
    shown(<NewRuleDialog onClose={closed} />);
    await userEvent.type(screen.getByLabelText("Destination"), "https://example.com/hook");
    await userEvent.click(screen.getByRole("button", { name: "Create the rule" }));
    await tryToClose();
    expect(closed).not.toHaveBeenCalled();
    release();
    expect(await screen.findByText(SECRET)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(closed).toHaveBeenCalledOnce();
  });

  it("cannot be left either when it is changed to a webhook", async () => {
    const release = holding("PATCH", { read: RULE, etag: '"1"', written: { ...RULE, signing_secret: SECRET } });
    const closed = vi.fn();
    shown(<EditRuleDialog ruleId="r" onClose={closed} />);
    await userEvent.type(await screen.findByLabelText("New destination"), "https://example.com/other");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await tryToClose();
    expect(closed).not.toHaveBeenCalled();
    release();
    expect(await screen.findByText(SECRET)).toBeVisible();
  });

  it("shows its secret without waiting for the list of rules", async () => {
    let isCreated = false;
    vi.stubGlobal("fetch", async ({ method }: Request) => {
      if (method === "POST") isCreated = true;
      else if (isCreated) await new Promise(() => {});
      return Response.json(method === "POST" ? { signing_secret: SECRET } : { items: [], next_cursor: null });
    });
    shown(
      <>
        <Rules />
        <NewRuleDialog onClose={() => {}} />
      </>,
    );
    await screen.findByText("Listed");
    await userEvent.type(screen.getByLabelText("Destination"), "https://example.com/hook");
    await userEvent.click(screen.getByRole("button", { name: "Create the rule" }));
    expect(await screen.findByText(SECRET)).toBeVisible();
  });

  it("is read again when somebody else has changed it", async () => {
    vi.stubGlobal("fetch", async ({ method }: Request) =>
      method === "PATCH"
        ? Response.json({ code: "revision_mismatch", detail: "It is 2 now." }, { status: 412 })
        : Response.json(RULE, { headers: { ETag: '"1"' } }),
    );
    shown(<EditRuleDialog ruleId="r" onClose={() => {}} />);
    await userEvent.type(await screen.findByLabelText("New destination"), "https://example.com/other");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await userEvent.click(await screen.findByRole("button", { name: "Read it again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
    expect(screen.getByLabelText("New destination")).toHaveValue("");
  });

  it("can be left again when it was refused", async () => {
    answering(503, { code: "database_unavailable", detail: "The database does not answer." });
    const closed = vi.fn();
    shown(<NewRuleDialog onClose={closed} />);
    await userEvent.type(screen.getByLabelText("Destination"), "https://example.com/hook");
    await userEvent.click(screen.getByRole("button", { name: "Create the rule" }));
    await screen.findByRole("alert");
    await userEvent.keyboard("{Escape}");
    expect(closed).toHaveBeenCalledOnce();
  });
});

describe("what is done with an alert", () => {
  it("is taken on under a name, which is proposed the next time", async () => {
    const asked = answering(200, { id: "a" });
    const closed = vi.fn();
    shown(<AcknowledgeDialog alertId="a" onClose={closed} />);
    await userEvent.type(screen.getByLabelText("Your name"), " Ada ");
    await userEvent.click(screen.getByRole("button", { name: "Acknowledge" }));
    await waitFor(() => expect(closed).toHaveBeenCalledOnce());
    expect(asked[0]).toEqual({ url: "/v1/alerts/a/acknowledge", body: { by: "Ada" } });
    shown(<AcknowledgeDialog alertId="b" onClose={closed} />);
    expect(screen.getAllByLabelText("Your name").at(-1)).toHaveValue("Ada");
  });

  it("is muted until a time of the reader's own, which has not passed", async () => {
    const asked = answering(200, { id: "a" });
    const closed = vi.fn();
    shown(<MuteDialog alertId="a" onClose={closed} />);
    await userEvent.click(screen.getByLabelText("Until another time"));
    const until = screen.getByLabelText("Until");
    await userEvent.clear(until);
    await userEvent.click(screen.getByRole("button", { name: "Mute" }));
    expect(until).toHaveAccessibleDescription("Choose a day and a time.");
    expect(asked).toEqual([]);
    await userEvent.type(until, "2999-01-02T03:04");
    await userEvent.click(screen.getByRole("button", { name: "Mute" }));
    await waitFor(() => expect(closed).toHaveBeenCalledOnce());
    expect(asked[0]).toEqual({
      url: "/v1/alerts/a/mute",
      body: { until: new Date("2999-01-02T03:04").toISOString() },
    });
  });

  it("stays to be done when it was refused", async () => {
    answering(409, { code: "alert_closed", detail: "The alert was closed" });
    const closed = vi.fn();
    shown(<MuteDialog alertId="a" onClose={closed} />);
    await userEvent.click(screen.getByRole("button", { name: "Mute" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The alert was closed");
    expect(closed).not.toHaveBeenCalled();
  });
});

describe("the count of open alerts", () => {
  it.each([
    [{ items: [{}, {}], next_cursor: null }, "2 open"],
    [{ items: Array.from({ length: 100 }, () => ({})), next_cursor: "more" }, "99+ open"],
  ])("is said", async (page, text) => {
    answering(200, page);
    shown(<OpenCount />);
    await waitFor(() => expect(document.body).toHaveTextContent(text));
  });

  it("is quiet when there are none, or when it cannot be had", async () => {
    answering(200, { items: [], next_cursor: null });
    const none = shown(<OpenCount />);
    await waitFor(() => expect(none.getQueryCache().getAll()[0]?.state.status).toBe("success"));
    answering(503, {});
    const away = shown(<OpenCount />);
    await waitFor(() => expect(away.getQueryCache().getAll()[0]?.state.status).toBe("error"));
    expect(document.body).toHaveTextContent(/^$/);
  });
});
