import { RotateCw, SlidersHorizontal, X } from "lucide-react";
import { memo, useId, useRef, useState } from "react";
import { acceptedKinds, type Kind } from "@/features/upload/content-kind";
import { type ForAll, fieldsOf, type Item, isEditable, isUnderWay } from "@/features/upload/queue";
import { RowFields } from "@/features/upload/row-fields";
import { RowOutcome } from "@/features/upload/row-outcome";
import { RowProgress } from "@/features/upload/row-progress";
import { asRunType, RUN_TYPES, type RunType, typeLabel } from "@/features/upload/run-types";
import { uploads } from "@/features/upload/uploads";
import { Badge, type Tone } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Bytes } from "@/ui/bytes";
import { Select } from "@/ui/field";

const PHASES: Record<Item["phase"], readonly [tone: Tone, label: string]> = {
  draft: ["idle", "Not started"],
  waiting: ["idle", "Waiting"],
  hashing: ["info", "Hashing"],
  sending: ["info", "Uploading"],
  comparing: ["info", "Comparing"],
  done: ["ok", "Stored"],
  failed: ["bad", "Failed"],
  cancelled: ["warn", "Cancelled"],
};

interface Props {
  item: Item;
  forAll: ForAll;
  /** An upload before it with the same bytes. */
  twin: string | undefined;
}

export const UploadRow = memo(function UploadRow({ item, forAll, twin }: Props) {
  const row = useRef<HTMLLIElement>(null);
  const details = useId();
  const [isOpen, setOpen] = useState(false);
  const fields = fieldsOf(item, forAll);
  const canEdit = isEditable(item.phase);
  const [tone, label] = PHASES[item.phase];
  const { path, phase } = item;
  // the button that was pressed goes away: the keyboard stays with its file
  const then = (act: () => void) => () => {
    act();
    row.current?.focus();
  };
  return (
    <li ref={row} tabIndex={-1} data-phase={phase} className="px-4 py-3 -outline-offset-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="break-all font-medium">{path}</p>
          <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-muted text-xs">
            <Bytes size={item.file.size} />
            {item.kind !== undefined && <span>{item.kind}</span>}
            {!canEdit && <span>{typeLabel(fields.type)}</span>}
            {!canEdit && fields.label !== "" && fields.label !== path && <span>{fields.label}</span>}
          </p>
        </div>
        <Badge tone={tone} pulse={isUnderWay(phase) && phase !== "waiting"}>
          {label}
        </Badge>
        <div className="flex items-center gap-1">
          {canEdit && (
            <>
              <Select
                aria-label={`Type of ${path}`}
                className="h-8 w-36 py-0 text-xs"
                value={fields.type}
                choices={RUN_TYPES}
                onChange={(event) => {
                  const type = asRunType(event.target.value);
                  if (type !== undefined) uploads.edit(item.id, { type });
                }}
              />
              <IconButton
                label={`Label and notes of ${path}`}
                aria-expanded={isOpen}
                aria-controls={details}
                onClick={() => setOpen(!isOpen)}
              >
                <SlidersHorizontal aria-hidden className="size-4" />
              </IconButton>
            </>
          )}
          {(phase === "cancelled" || (phase === "failed" && item.failure?.retryable !== false)) && (
            <Button
              small
              aria-label={`Retry ${path}`}
              onClick={then(() => uploads.dispatch({ type: "retry", ids: [item.id] }))}
            >
              <RotateCw aria-hidden className="size-3.5" /> Retry
            </Button>
          )}
          {isUnderWay(phase) && phase !== "comparing" && (
            <Button small aria-label={`Cancel ${path}`} onClick={then(() => uploads.cancel(item.id))}>
              <X aria-hidden className="size-3.5" /> Cancel
            </Button>
          )}
          {!isUnderWay(phase) && (
            <IconButton
              label={phase === "done" ? `Take ${path} off the list` : `Remove ${path}`}
              onClick={() => {
                const next = row.current?.nextElementSibling ?? row.current?.previousElementSibling;
                uploads.dispatch({ type: "remove", ids: [item.id] });
                if (next instanceof HTMLElement) next.focus();
              }}
            >
              <X aria-hidden className="size-4" />
            </IconButton>
          )}
        </div>
      </div>
      <Misfit item={item} type={fields.type} />
      <RowProgress item={item} />
      <RowOutcome item={item} twin={twin} />
      <div id={details}>{canEdit && isOpen && <RowFields id={item.id} fields={fields} />}</div>
    </li>
  );
});

/** The server decides; this only says it before gigabytes are sent in vain. */
function Misfit({ item: { phase, kind }, type }: { item: Item; type: RunType }) {
  if (phase !== "draft" || kind === undefined || acceptedKinds(type).includes(kind)) return null;
  return <p className="mt-1.5 text-warn text-xs">{misfitText(kind, type)}</p>;
}

function misfitText(kind: Kind, type: RunType): string {
  if (kind === "empty") return "The file is empty: the server will refuse it.";
  if (kind === "unknown binary data") return "The content is nothing that the server takes: it will refuse the file.";
  return `The content looks like ${kind}, but ${typeLabel(type)} has to be one of: ${acceptedKinds(type).join(", ")}. The server will refuse it.`;
}
