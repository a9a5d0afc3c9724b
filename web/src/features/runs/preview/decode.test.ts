import { expect, test } from "vitest";
import { decode } from "@/features/runs/preview/decode";

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf8 = (text: string) => Uint8Array.from(new TextEncoder().encode(text));

function textOf(chunks: Uint8Array[], isWhole = true) {
  const decoded = decode(chunks, isWhole);
  return decoded.kind === "text" ? `${decoded.encoding}: ${decoded.pieces.join("")}` : decoded.kind;
}

test("a character that chunks cut comes out whole", () => {
  const whole = utf8("größe ✓");
  for (let at = 1; at < whole.length; at += 1) {
    expect(textOf([whole.subarray(0, at), whole.subarray(at)])).toBe("utf-8: größe ✓");
  }
});

test("an end in the middle of a character is no error while more may follow", () => {
  const whole = utf8("ab✓");
  expect(textOf([whole.subarray(0, 4)], false)).toBe("utf-8: ab");
});

test("what is not UTF-8 is read as Windows-1252", () => {
  expect(textOf([bytes(0x67, 0x72, 0xfc, 0xdf, 0x65)])).toBe("windows-1252: grüße");
});

test("a mark of byte order is believed", () => {
  expect(textOf([bytes(0xef, 0xbb, 0xbf, 0x61)])).toBe("utf-8: a");
  expect(textOf([bytes(0xff, 0xfe, 0x61, 0x00)])).toBe("utf-16le: a");
});

test("zero bytes and many control characters are no text; colours of a terminal are", () => {
  expect(textOf([bytes(0x89, 0x50, 0x4e, 0x47, 0x00)])).toBe("binary");
  expect(textOf([bytes(1, 2, 3, 0x61)])).toBe("binary");
  expect(textOf([utf8("\u001b[31mred\u001b[0m\n")])).toContain("red");
});

test("nothing is text", () => {
  expect(textOf([])).toBe("utf-8: ");
});
