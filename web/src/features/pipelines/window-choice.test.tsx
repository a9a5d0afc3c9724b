import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { WindowChoice } from "@/features/pipelines/window-choice";
import { toLocalInput } from "@/features/pipelines/windows";

const OWN = { window: "own", since: "2026-11-10T10:00:00.000Z", until: "2026-11-20T10:00:00.000Z" } as const;

test("a named time takes the ends away", async () => {
  const told = vi.fn();
  render(<WindowChoice search={OWN} onChange={told} />);
  await userEvent.click(screen.getByRole("radio", { name: "24 h" }));
  expect(told).toHaveBeenCalledExactlyOnceWith({ window: "24h", since: undefined, until: undefined });
});

test("a time of one's own begins with what is shown", async () => {
  const told = vi.fn();
  render(<WindowChoice search={{ window: "30d" }} onChange={told} />);
  await userEvent.click(screen.getByRole("radio", { name: "Own" }));
  const [{ since, until }] = told.mock.lastCall ?? [{}];
  expect((Date.parse(until) - Date.parse(since)) / 86_400_000).toBeCloseTo(30, 3);
});

test("an end before the beginning is told to the reader, and to nobody else", () => {
  const told = vi.fn();
  render(<WindowChoice search={OWN} onChange={told} />);
  const end = screen.getByLabelText("To");
  fireEvent.change(end, { target: { value: toLocalInput("2026-11-09T10:00:00Z") } });
  expect(end).toBeInvalid();
  expect(end).toHaveAccessibleDescription("The end must be behind the beginning.");
  expect(told).not.toHaveBeenCalled();
  fireEvent.change(end, { target: { value: toLocalInput("2026-11-19T10:00:00Z") } });
  expect(told).toHaveBeenCalledExactlyOnceWith({ ...OWN, until: "2026-11-19T10:00:00.000Z" });
});

test("a year that is still being typed stays in its field, and is told to nobody", () => {
  const told = vi.fn();
  render(<WindowChoice search={OWN} onChange={told} />);
  const from = screen.getByLabelText("From");
  for (const year of ["0002", "0020", "0202"]) {
    fireEvent.change(from, { target: { value: `${year}-11-10T10:00` } });
    expect(from).toHaveValue(`${year}-11-10T10:00`);
  }
  expect(told).not.toHaveBeenCalled();
  fireEvent.change(from, { target: { value: toLocalInput("2025-11-10T10:00:00Z") } });
  expect(told).toHaveBeenCalledExactlyOnceWith({ ...OWN, since: "2025-11-10T10:00:00.000Z" });
});
