import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { asApiError } from "@/api/problem";
import { Combobox, type Option } from "@/ui/combobox";
import { clientNameQuery, foundClientsQuery, foundPipelinesQuery, pipelineNameQuery } from "./queries";

const TYPING_MS = 250;

/** The last text, once nobody has typed for a moment. What is emptied counts at once. */
function useSettled(text: string | undefined): string | undefined {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), text === undefined || text === "" ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** What `value` is called: as it was found when it was chosen, until its own name is there. */
function useChosen(value: string | undefined, name: string | undefined) {
  const [picked, setPicked] = useState<Option>();
  if (value === undefined) return { chosen: undefined, setPicked };
  return { chosen: name ?? (picked?.value === value ? picked.label : "…"), setPicked };
}

interface Props {
  id?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean;
  "aria-label"?: string;
  /** The id of what is chosen. */
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  placeholder?: string;
  small?: boolean;
}

/** Chooses a client by name. */
export function ClientPicker({ value, onChange, placeholder = "Search clients", ...control }: Props) {
  const [text, setText] = useState<string>();
  const settled = useSettled(text);
  const found = useQuery({ ...foundClientsQuery(settled ?? ""), enabled: settled !== undefined });
  const named = useQuery({ ...clientNameQuery(value ?? ""), enabled: value !== undefined });
  const { chosen, setPicked } = useChosen(value, named.data?.name);
  return (
    <Combobox
      {...control}
      placeholder={placeholder}
      chosen={chosen}
      options={
        text !== settled
          ? undefined
          : found.data?.items.map(({ id, name, is_active }) => ({
              value: id,
              label: name,
              ...(is_active ? {} : { about: "Disabled" }),
            }))
      }
      failure={found.isError ? asApiError(found.error).message : undefined}
      onSearch={setText}
      onChoose={(option) => {
        setPicked(option);
        onChange(option?.value);
      }}
    />
  );
}

/** Chooses a pipeline by name or external id, of one client or of all. */
export function PipelinePicker({
  value,
  onChange,
  clientId,
  placeholder = "Search pipelines",
  ...control
}: Props & { clientId?: string | undefined }) {
  const [text, setText] = useState<string>();
  const settled = useSettled(text);
  const found = useQuery({ ...foundPipelinesQuery(settled ?? "", clientId), enabled: settled !== undefined });
  const owners = [...new Set(found.data?.items.map(({ client_id }) => client_id))];
  const ownerNames = useQueries({ queries: owners.map((owner) => clientNameQuery(owner)) });
  const nameOf = (owner: string) => ownerNames[owners.indexOf(owner)]?.data?.name;
  const named = useQuery({ ...pipelineNameQuery(value ?? ""), enabled: value !== undefined });
  const { chosen, setPicked } = useChosen(value, named.data?.name);
  return (
    <Combobox
      {...control}
      placeholder={placeholder}
      chosen={chosen}
      options={
        text !== settled
          ? undefined
          : found.data?.items.map(({ id, client_id, name, platform, environment, is_active }) => ({
              value: id,
              label: name,
              about: [nameOf(client_id), environment, platform, is_active ? undefined : "disabled"]
                .filter((part) => part !== undefined)
                .join(" · "),
            }))
      }
      failure={found.isError ? asApiError(found.error).message : undefined}
      onSearch={setText}
      onChoose={(option) => {
        setPicked(option);
        onChange(option?.value);
      }}
    />
  );
}
