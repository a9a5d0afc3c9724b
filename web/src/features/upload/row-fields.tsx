import type { Fields } from "@/features/upload/queue";
import { isArchive } from "@/features/upload/run-types";
import { uploads } from "@/features/upload/uploads";
import { Checkbox, Field, Input, TextArea } from "@/ui/field";

/** What is said of one file alone. */
export function RowFields({ id, fields }: { id: string; fields: Fields }) {
  const set = (own: Partial<Fields>) => uploads.edit(id, own);
  return (
    <div className="mt-3 grid gap-3 rounded-md bg-sunken p-3 sm:grid-cols-2">
      <Field label="Label">
        {(control) => (
          <Input
            {...control}
            maxLength={200}
            value={fields.label}
            onChange={(event) => set({ label: event.target.value })}
          />
        )}
      </Field>
      <Field label="Notes">
        {(control) => (
          <TextArea
            {...control}
            rows={1}
            maxLength={10_000}
            value={fields.notes}
            onChange={(event) => set({ notes: event.target.value })}
          />
        )}
      </Field>
      {isArchive(fields.type) && (
        <Checkbox
          label="Make documents of what is inside, too"
          checked={fields.documents}
          onChange={(event) => set({ documents: event.target.checked })}
        />
      )}
    </div>
  );
}
