import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { answer, api } from "@/api/client";
import { asApiError } from "@/api/problem";
import { type DocumentDetail, documentQuery } from "@/features/documents/queries";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";

/** Gives the document another title, which then stays, also when it is read again. */
export function RenameButton({ document }: { document: DocumentDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Pencil aria-hidden className="size-4" /> Rename
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Rename the document">
        <RenameForm document={document} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function RenameForm({ document: { id, title }, onDone }: { document: DocumentDetail; onDone: () => void }) {
  const [typed, setTyped] = useState(title);
  const queries = useQueryClient();
  const rename = useMutation({
    mutationFn: () =>
      answer(
        api.PATCH("/v1/documents/{document_id}", {
          params: { path: { document_id: id } },
          body: { title: typed.trim() },
        }),
      ),
    onSuccess: (after) => {
      queries.setQueryData(documentQuery(id).queryKey, after);
      onDone();
      return queries.invalidateQueries({ queryKey: ["documents"] });
    },
  });
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate();
      }}
    >
      <Field
        label="Title"
        hint="It stays when the document is read again."
        error={rename.isError ? asApiError(rename.error).message : undefined}
      >
        {(control) => <Input {...control} required value={typed} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" disabled={rename.isPending || typed.trim() === ""}>
          {rename.isPending ? "Saving…" : "Save the title"}
        </Button>
      </div>
    </form>
  );
}
