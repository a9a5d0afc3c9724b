import type { ForAll } from "@/features/upload/queue";
import { asRunType, RUN_TYPES } from "@/features/upload/run-types";
import { uploads } from "@/features/upload/uploads";
import { Card } from "@/ui/card";
import { Checkbox, Field, Input, Select, TextArea } from "@/ui/field";

const OWNER = /^([A-Za-z0-9][A-Za-z0-9._@-]{0,63})?$/;

function set(forAll: Partial<ForAll>): void {
  uploads.dispatch({ type: "edit-all", forAll });
}

/** What is said once for all files that are not uploaded yet. */
export function ForAllFiles({ forAll, hasFolders }: { forAll: ForAll; hasFolders: boolean }) {
  const ownerIsFine = OWNER.test(forAll.owner.trim());
  return (
    <Card title="For all files">
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <Field label="Type">
          {(control) => (
            <Select
              {...control}
              value={forAll.type ?? ""}
              choices={[{ value: "", label: "As guessed for each" }, ...RUN_TYPES]}
              onChange={(event) => set({ type: asRunType(event.target.value) })}
            />
          )}
        </Field>
        <Field
          label="Label"
          hint={hasFolders ? "Without one, files of a folder are labelled with their path." : undefined}
        >
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={forAll.label}
              onChange={(event) => set({ label: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Owner"
          error={ownerIsFine ? undefined : "1 to 64 of A-Z a-z 0-9 . _ @ -, a letter or digit first."}
        >
          {(control) => (
            <Input
              {...control}
              maxLength={64}
              autoComplete="username"
              value={forAll.owner}
              onChange={(event) => set({ owner: event.target.value })}
            />
          )}
        </Field>
        <Field label="Notes" className="sm:col-span-2 lg:col-span-3">
          {(control) => (
            <TextArea
              {...control}
              rows={2}
              maxLength={10_000}
              value={forAll.notes}
              onChange={(event) => set({ notes: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className="mt-3">
        <Checkbox
          label="Make documents of what is inside archives, too"
          checked={forAll.documents}
          onChange={(event) => set({ documents: event.target.checked })}
        />
      </div>
    </Card>
  );
}
