import { createRootRoute, createRoute } from "@tanstack/react-router";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RunPage } from "@/features/runs/run-page";
import { readRunSearch } from "@/features/runs/search";
import { anEvent, aRun } from "@/features/runs/testing";
import { showAt } from "@/testing/show";

const RUN = aRun();
const READ = anEvent(5, "step_succeeded", { payload: { members: 3 }, message: "Read the archive" });

let asked: string[];
let events: () => Response | Promise<Response>;
const scrollTo = vi.fn();

beforeEach(() => {
  asked = [];
  events = () => Response.json({ items: [READ], next_cursor: null });
  scrollTo.mockClear();
  vi.stubGlobal("scrollTo", scrollTo);
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    asked.push(pathname + search);
    if (pathname === "/v1/events") return events();
    if (pathname === `/v1/runs/${RUN.id}`) return Response.json(RUN);
    return Response.json({ items: [], folders: [], next_cursor: null });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function open(search: string) {
  const root = createRootRoute();
  const page = createRoute({
    getParentRoute: () => root,
    path: "/runs/$runId",
    validateSearch: readRunSearch,
    component: RunPage,
  });
  const { router } = showAt(`/runs/${RUN.id}${search}`, root.addChildren([page]));
  await screen.findByRole("tablist");
  return router;
}

const listings = () => asked.filter((url) => url.startsWith(`/v1/runs/${RUN.id}/files`));

test("the log does not say that nothing happened before it knows", async () => {
  let tell = (_: Response) => {};
  events = () => new Promise((resolve) => (tell = resolve));
  await open("?tab=log");
  expect(screen.getByRole("status", { name: "Loading the events" })).toBeVisible();
  expect(screen.queryByText("Nothing is recorded")).not.toBeInTheDocument();
  tell(Response.json({ items: [READ], next_cursor: null }));
  expect(await screen.findByText("Read the archive")).toBeVisible();
});

test("events that cannot be had can be asked for again", async () => {
  events = () => Response.json({ detail: "Not for you", code: "forbidden" }, { status: 403 });
  await open("?tab=log");
  expect(await screen.findByRole("alert")).toHaveTextContent("Not for you");
  events = () => Response.json({ items: [READ], next_cursor: null });
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Read the archive")).toBeVisible();
});

test("files are fetched once, when events have told how often they were read", async () => {
  let tell = (_: Response) => {};
  events = () => new Promise((resolve) => (tell = resolve));
  await open("?tab=files");
  expect(listings()).toEqual([]);
  tell(Response.json({ items: [READ], next_cursor: null }));
  await screen.findByLabelText("Search files by path");
  await waitFor(() => expect(listings()).toHaveLength(1));
});

test("files show without the events, too", async () => {
  events = () => Response.json({ detail: "Not for you", code: "forbidden" }, { status: 403 });
  await open("?tab=files");
  expect(await screen.findByLabelText("Search files by path")).toBeVisible();
});

test("neither another tab nor a search for files moves the page", async () => {
  const router = await open("");
  scrollTo.mockClear();
  await userEvent.click(screen.getByRole("tab", { name: /Files/ }));
  await userEvent.type(await screen.findByLabelText("Search files by path"), "conf");
  await waitFor(() => expect(router.state.location.search).toEqual({ tab: "files", find: "conf" }));
  expect(scrollTo).not.toHaveBeenCalled();
});
