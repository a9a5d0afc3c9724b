import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleQuestionMark, CircleX } from "lucide-react";
import { type Part, partsOf } from "@/features/system/parts";
import { healthQuery } from "@/features/system/queries";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { Failure, Loading } from "@/ui/state";

/** Each part with a fact about it. One that fails comes first, with what to do. */
export function HealthCard() {
  const { data, error, isError, refetch } = useQuery(healthQuery);
  const parts = data === undefined ? undefined : partsOf(data);
  const failing = parts?.filter((part) => !part.ok).length ?? 0;
  return (
    <Card
      title="Health"
      actions={
        parts !== undefined && (
          <span role="status">
            {isError ? (
              <Badge tone="bad">No answer</Badge>
            ) : failing === 0 ? (
              <Badge tone="ok">All parts work</Badge>
            ) : (
              <Badge tone="bad">{failing === 1 ? "1 part fails" : `${failing} parts fail`}</Badge>
            )}
          </span>
        )
      }
      flush
    >
      {parts === undefined ? (
        isError ? (
          <Failure error={error} onRetry={() => void refetch()} what="The server does not say how it is" />
        ) : (
          <Loading rows={6} what="Loading health" />
        )
      ) : (
        <ul className={isError ? "opacity-50" : ""}>
          {parts.map((part) => (
            <PartRow key={part.name} part={part} isOld={isError} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function PartRow({ part, isOld }: { part: Part; isOld: boolean }) {
  const Icon = isOld ? CircleQuestionMark : part.ok ? CircleCheck : CircleX;
  const colour = isOld ? "text-muted" : part.ok ? "text-ok" : "text-bad";
  return (
    <li
      className={`flex items-start gap-3 border-line border-b px-4 py-3 last:border-0 ${part.ok ? "" : "bg-bad-soft/50"}`}
    >
      <Icon aria-hidden className={`mt-0.5 size-4.5 shrink-0 ${colour}`} />
      <div className="min-w-0">
        <p className="font-medium">
          {part.label}{" "}
          <span className={part.ok ? "sr-only" : "text-bad"}>
            {isOld ? "was asked and did not answer" : part.ok ? "works" : "fails"}
          </span>
        </p>
        <p className="break-words text-muted">{part.detail}</p>
        {!part.ok && <p className="mt-1 text-ink">{part.advice}</p>}
      </div>
    </li>
  );
}
