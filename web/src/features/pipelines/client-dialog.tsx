import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { answer, api, type Schemas } from "@/api/client";
import { fieldError, isAboutNone, isOutdated } from "@/features/pipelines/failing-fields";
import { FormEnd, FormProblem, Outdated } from "@/features/pipelines/form-parts";
import { clientToEditQuery } from "@/features/pipelines/queries";
import { useRefresh } from "@/features/pipelines/use-changes";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { Failure, Loading } from "@/ui/state";
import { say } from "@/ui/toast";

/** Makes a client, or changes the name of one. */
export function ClientDialog({ open, onClose, clientId }: { open: boolean; onClose: () => void; clientId?: string }) {
  return (
    <Dialog open={open} onClose={onClose} title={clientId === undefined ? "New client" : "Edit the client"}>
      {clientId === undefined ? <NewClient onClose={onClose} /> : <EditClient clientId={clientId} onClose={onClose} />}
    </Dialog>
  );
}

function NewClient({ onClose }: { onClose: () => void }) {
  const refresh = useRefresh();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (body: Schemas["NewClientBody"]) => answer(api.POST("/v1/clients", { body })),
    onSuccess: async ({ id, name }) => {
      say(`${name} is created`);
      onClose();
      void refresh();
      await navigate({ to: "/clients/$clientId", params: { clientId: id } });
    },
  });
  return (
    <ClientForm
      name=""
      action="Create the client"
      error={create.error}
      isBusy={create.isPending}
      onClose={onClose}
      onSubmit={(name) => create.mutate({ name, is_active: true })}
    />
  );
}

function EditClient({ clientId, onClose }: { clientId: string; onClose: () => void }) {
  const read = useQuery(clientToEditQuery(clientId));
  const refresh = useRefresh();
  const change = useMutation({
    mutationFn: ({ name, etag }: { name: string; etag: string }) =>
      answer(
        api.PATCH("/v1/clients/{client_id}", {
          params: { path: { client_id: clientId }, header: { "If-Match": etag } },
          body: { name },
        }),
      ),
    onSuccess: async () => {
      await refresh();
      say("The client is saved");
      onClose();
    },
  });
  if (read.data === undefined) {
    return read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={2} />;
  }
  const { body, etag } = read.data;
  return (
    <ClientForm
      key={etag}
      name={body.name}
      action="Save"
      error={change.error}
      isBusy={change.isPending}
      onClose={onClose}
      onReload={() => void read.refetch().then(() => change.reset())}
      onSubmit={(name) => change.mutate({ name, etag })}
    />
  );
}

function ClientForm({
  name: given,
  action,
  error,
  isBusy,
  onClose,
  onReload,
  onSubmit,
}: {
  name: string;
  action: string;
  error: unknown;
  isBusy: boolean;
  onClose: () => void;
  onReload?: () => void;
  onSubmit: (name: string) => void;
}) {
  const [name, setName] = useState(given);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(name.trim());
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {isOutdated(error) && onReload !== undefined ? (
        <Outdated onReload={onReload} />
      ) : (
        isAboutNone(error, ["name"]) && <FormProblem error={error} />
      )}
      <Field label="Name" hint="Unique, whether letters are small or capital." error={fieldError(error, "name")}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={200}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <FormEnd action={action} isBusy={isBusy} onClose={onClose} />
    </form>
  );
}
