import { useNavigate, useSearch } from "@tanstack/react-router";
import { known } from "@/app/search";
import type { Setting } from "@/features/system/queries";
import { found, ORIGINS, readableText } from "@/features/system/settings";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { Checkbox, Input } from "@/ui/field";
import { pluralText } from "@/ui/numbers";
import { Empty } from "@/ui/state";
import { type Column, DataTable } from "@/ui/table";
import { useTyped } from "@/ui/use-typed";

const COLUMNS: readonly Column<Setting>[] = [
  {
    id: "name",
    header: "Setting",
    cell: (setting) => (
      <>
        <code className="font-mono text-xs [overflow-wrap:anywhere]">{setting.name}</code>
        <span className="mt-0.5 block max-w-prose text-muted text-xs">{setting.description}</span>
        <span className="mt-1.5 flex flex-wrap items-baseline gap-x-3 sm:hidden">
          <Value setting={setting} /> <Origin origin={setting.origin} />
        </span>
      </>
    ),
  },
  {
    id: "value",
    header: "Value",
    hidden: "sm",
    className: "align-top",
    cell: (setting) => <Value setting={setting} />,
  },
  {
    id: "origin",
    header: "From",
    hidden: "sm",
    className: "align-top",
    cell: ({ origin }) => <Origin origin={origin} />,
  },
];

function Value({ setting }: { setting: Setting }) {
  const readable = readableText(setting);
  if (setting.value === "") {
    return (
      <span className="text-muted">
        <span aria-hidden>–</span>
        <span className="sr-only">empty</span>
      </span>
    );
  }
  return (
    <>
      <code className="font-mono text-xs [overflow-wrap:anywhere]">{String(setting.value)}</code>
      {readable !== undefined && <span className="block text-muted text-xs">{readable}</span>}
    </>
  );
}

function Origin({ origin }: { origin: Setting["origin"] }) {
  return origin === "default" ? (
    <span className="text-muted text-xs">default</span>
  ) : (
    <Badge tone="info">{ORIGINS[origin]}</Badge>
  );
}

/** Every setting in force; secrets never get here. */
export function SettingsCard({ settings }: { settings: readonly Setting[] | undefined }) {
  const { find, changed } = useSearch({ from: "/system" });
  const navigate = useNavigate({ from: "/system" });
  const typed = useTyped(
    find,
    (text) => void navigate({ search: (now) => known({ ...now, find: text }), replace: true, resetScroll: false }),
  );
  const rows = settings === undefined ? undefined : found(settings, find, changed ?? false);
  return (
    <Card
      title="Settings in force"
      actions={
        <search className="flex flex-wrap items-center gap-3">
          <Checkbox
            label="Changed only"
            checked={changed ?? false}
            onChange={(event) => {
              const { checked } = event.target;
              void navigate({
                search: ({ changed: _, ...rest }) => (checked ? { ...rest, changed: true } : rest),
                replace: true,
                resetScroll: false,
              });
            }}
          />
          <Input
            type="search"
            aria-label="Find a setting"
            placeholder="Find a setting"
            className="h-8 w-48 text-xs"
            {...typed}
          />
        </search>
      }
      flush
    >
      <p role="status" className="sr-only">
        {rows !== undefined && pluralText(rows.length, "setting")}
      </p>
      <DataTable
        label="Settings in force"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ name }) => name}
        empty={
          <Empty title={find === undefined ? "Every setting is at its default" : "No setting fits"}>
            Settings are environment variables, or lines of a file .env; forebay config prints them.
          </Empty>
        }
      />
    </Card>
  );
}
