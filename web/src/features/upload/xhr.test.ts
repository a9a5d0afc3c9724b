import { expect, it } from "vitest";
import type { Fields } from "@/features/upload/queue";
import { formOf } from "@/features/upload/xhr";

const FIELDS: Fields = { type: "archive", label: " nightly ", notes: "", owner: " ", documents: false };

it("puts what is said of a file before the file, and leaves out what is not said", () => {
  const form = formOf(new File(["x"], "a.tar"), FIELDS, undefined);
  expect([...form.keys()]).toEqual(["type", "label", "file"]);
  expect(form.get("label")).toBe("nightly");
});

it("sends the digest where there is one, and asks for documents where they are wanted", () => {
  const form = formOf(new File(["x"], "a.tar"), { ...FIELDS, documents: true, owner: "ann" }, "ab12");
  expect(form.get("sha256")).toBe("ab12");
  expect(form.get("documents")).toBe("true");
  expect(form.get("owner")).toBe("ann");
});

it("sends the name of a file without its folders", () => {
  const file = Object.defineProperty(new File(["x"], "a.log"), "webkitRelativePath", { value: "logs/a.log" });
  expect(formOf(file, FIELDS, undefined).get("file")).toMatchObject({ name: "a.log" });
});
