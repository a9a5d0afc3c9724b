import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { FindBar } from "@/features/documents/text/find-bar";

beforeEach(() => {
  find.mockClear();
  step.mockClear();
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const field = () => screen.getByLabelText("Find in the text");
const type = (text: string) => fireEvent.change(field(), { target: { value: text } });
const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms));

const find = vi.fn();
const step = vi.fn();
const bar = (query: string) => <FindBar query={query} onQuery={find} count={3} at={0} onStep={step} />;

test("letters typed before the address has caught up are kept, and looked for", () => {
  const { rerender } = render(bar(""));
  type("ren");
  wait(250);
  type("rent");
  rerender(bar("ren"));
  expect(field()).toHaveValue("rent");
  wait(250);
  expect(find.mock.calls).toEqual([["ren"], ["rent"]]);
});

test("Enter does not wait, and goes on to the next match once they are found", () => {
  const { rerender } = render(bar(""));
  type("rent");
  fireEvent.keyDown(field(), { key: "Enter" });
  wait(1000);
  expect(find.mock.calls).toEqual([["rent"]]);
  rerender(bar("rent"));
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(step.mock.calls).toEqual([[1]]);
});

test("going back changes what stands in it", () => {
  const { rerender } = render(bar("rent"));
  rerender(bar(""));
  expect(field()).toHaveValue("");
  wait(1000);
  expect(find).not.toHaveBeenCalled();
});
