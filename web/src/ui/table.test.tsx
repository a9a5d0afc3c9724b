import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/problem";
import { type Column, DataTable } from "@/ui/table";

interface Bird {
  name: string;
  count: number;
}
const BIRDS: Bird[] = [
  { name: "heron", count: 2 },
  { name: "rail", count: 7 },
];
const columns = (): Column<Bird>[] => [
  { id: "name", header: "Name", cell: (bird) => bird.name },
  { id: "count", header: "Count", align: "right", cell: (bird) => <Tally count={bird.count} /> },
];

/** Has a state of its own, as dialogs and menus in rows do. */
function Tally({ count }: { count: number }) {
  const [clicks, setClicks] = useState(0);
  return <button type="button" onClick={() => setClicks(clicks + 1)}>{`${count} and ${clicks}`}</button>;
}

const table = (more: Partial<Parameters<typeof DataTable<Bird>>[0]> = {}) => (
  <DataTable label="Birds" columns={columns()} rows={BIRDS} keyOf={(bird) => bird.name} {...more} />
);

describe("DataTable", () => {
  it("shows a row for each, under headers", () => {
    render(table());
    expect(screen.getAllByRole("columnheader").map((header) => header.textContent)).toEqual(["Name", "Count"]);
    const [, first] = within(screen.getByRole("table", { name: "Birds" })).getAllByRole("row");
    expect(first).toHaveTextContent("heron2 and 0");
  });

  it("keeps what cells hold when it is drawn again, with columns made anew", async () => {
    const { rerender } = render(table());
    await userEvent.click(screen.getByRole("button", { name: "2 and 0" }));
    const button = screen.getByRole("button", { name: "2 and 1" });
    rerender(
      table({
        rows: [
          { name: "heron", count: 3 },
          { name: "rail", count: 7 },
        ],
      }),
    );
    expect(screen.getByRole("button", { name: "3 and 1" })).toBe(button);
    expect(button).toHaveFocus();
  });

  it("says that it is busy while rows are fetched", () => {
    render(table({ rows: undefined }));
    expect(screen.getByRole("table", { name: "Birds" })).toHaveAttribute("aria-busy", "true");
  });

  it("says that there is nothing, or what the page says of that", () => {
    const { rerender } = render(table({ rows: [] }));
    expect(screen.getByText("There is nothing here yet")).toBeVisible();
    rerender(table({ rows: [], empty: <p>No bird is like this</p> }));
    expect(screen.getByText("No bird is like this")).toBeVisible();
    expect(screen.queryByRole("table")).not.toBeInTheDocument();
  });

  it("leads back from a page that has become empty", async () => {
    const first = vi.fn();
    render(table({ rows: [], paging: { first, next: undefined } }));
    expect(screen.getByText("There is nothing on this page.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "First page" }));
    expect(first).toHaveBeenCalledOnce();
  });

  it("says what went wrong, and asks again", async () => {
    const retry = vi.fn();
    const error = new ApiError("The database is away", { status: 503, code: "database_unavailable", requestId: "r-1" });
    render(table({ rows: undefined, error, onRetry: retry }));
    const alert = screen.getByRole("alert");
    expect(alert).toHaveTextContent("The database is away");
    expect(alert).toHaveTextContent("database_unavailable · request r-1");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
  });

  it("goes on showing what it had when it cannot be fetched again, and says so", () => {
    render(table({ error: new ApiError("The server is away", { status: 0, code: "offline" }) }));
    expect(screen.getByText("heron")).toBeVisible();
    expect(screen.getByRole("alert")).toHaveTextContent("Not up to date: The server is away");
  });

  it("does not claim that there is nothing without saying that it could not look again", () => {
    render(table({ rows: [], error: new ApiError("The server is away", { status: 0, code: "offline" }) }));
    expect(screen.getByText("There is nothing here yet")).toBeVisible();
    expect(screen.getByRole("alert")).toHaveTextContent("Not up to date: The server is away");
  });

  it("has buttons for pages only where there are others", async () => {
    const next = vi.fn();
    const { rerender } = render(table({ paging: { next: undefined, first: undefined } }));
    expect(screen.queryByRole("navigation")).not.toBeInTheDocument();
    rerender(table({ paging: { next, first: undefined } }));
    expect(screen.getByRole("button", { name: "First page" })).toBeDisabled();
    await userEvent.click(screen.getByRole("button", { name: "Next page" }));
    expect(next).toHaveBeenCalledOnce();
  });
});
