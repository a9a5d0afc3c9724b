import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { ApiError } from "@/api/problem";
import { ChartFrame } from "@/ui/chart";

const TABLE = {
  head: ["Day", "Failed"],
  rows: [
    ["Nov 20", "2"],
    ["Nov 21", "0"],
  ],
};
const drawing = <svg data-testid="drawing" />;

test("screen readers find the same data as a table, and everybody can have it shown", async () => {
  render(
    <ChartFrame title="Failures" table={TABLE} empty="Nothing">
      {drawing}
    </ChartFrame>,
  );
  const data = screen.getByRole("region", { name: "Failures, as a table" });
  expect(within(data).getByRole("row", { name: "Nov 20 2" })).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Show Failures as a table" }));
  expect(screen.queryByTestId("drawing")).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Show Failures as a chart" }));
  expect(screen.getByTestId("drawing")).toBeInTheDocument();
});

test("what is empty, loading or failed is said instead of drawn", () => {
  const frame = (more: { table: typeof TABLE | undefined; error?: unknown }) => (
    <ChartFrame title="Failures" empty="Choose a longer time." {...more}>
      {drawing}
    </ChartFrame>
  );
  const { rerender } = render(frame({ table: undefined }));
  expect(screen.getByRole("status")).toHaveAccessibleName("Loading the chart");
  rerender(frame({ table: { ...TABLE, rows: [] } }));
  expect(screen.getByText("Choose a longer time.")).toBeInTheDocument();
  rerender(frame({ table: undefined, error: new ApiError("no database", { status: 503, code: "unavailable" }) }));
  expect(screen.getByRole("alert")).toHaveTextContent("no database");
  expect(screen.queryByTestId("drawing")).not.toBeInTheDocument();
});
