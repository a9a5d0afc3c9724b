import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { SearchBox } from "@/features/documents/search-box";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

function type(text: string) {
  fireEvent.change(screen.getByLabelText("Search"), { target: { value: text } });
}

function wait(ms: number) {
  act(() => vi.advanceTimersByTime(ms));
}

test("it searches once, when nobody has typed for a moment", () => {
  const search = vi.fn();
  render(<SearchBox label="Search" placeholder="" value="" onChange={search} />);
  for (const text of ["r", "re", "rent "]) {
    type(text);
    wait(100);
  }
  expect(search).not.toHaveBeenCalled();
  wait(300);
  expect(search.mock.calls).toEqual([["rent"]]);
});

test("Enter does not wait, and nothing is searched for twice", () => {
  const search = vi.fn();
  render(<SearchBox label="Search" placeholder="" value="" onChange={search} />);
  type("rent");
  fireEvent.submit(screen.getByLabelText("Search"));
  wait(1000);
  expect(search.mock.calls).toEqual([["rent"]]);
});

test("what is being typed is not lost when the address catches up", () => {
  const search = vi.fn();
  const { rerender } = render(<SearchBox label="Search" placeholder="" value="" onChange={search} />);
  type("ren");
  wait(300);
  type("rent");
  rerender(<SearchBox label="Search" placeholder="" value="ren" onChange={search} />);
  expect(screen.getByLabelText("Search")).toHaveValue("rent");
});

test("going back changes what stands in it", () => {
  const { rerender } = render(<SearchBox label="Search" placeholder="" value="rent" onChange={vi.fn()} />);
  rerender(<SearchBox label="Search" placeholder="" value="" onChange={vi.fn()} />);
  expect(screen.getByLabelText("Search")).toHaveValue("");
});
