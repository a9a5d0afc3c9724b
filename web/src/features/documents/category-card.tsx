import { useQuery } from "@tanstack/react-query";
import { Check, Undo2 } from "lucide-react";
import { useId, useRef, useState } from "react";
import { lately, likely, remember } from "@/features/documents/likely";
import { categoriesQuery, type DocumentDetail } from "@/features/documents/queries";
import { useCorrection } from "@/features/documents/use-correction";
import { Reasons, Verdict } from "@/features/documents/verdict";
import { WHO } from "@/features/documents/words";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { classNames } from "@/ui/class-names";
import { Select } from "@/ui/field";

/** As many have a button each; the rest stand in a list. */
const BUTTONS = 8;

type Before = Pick<DocumentDetail, "category" | "classified_by">;

function beforeText({ category, classified_by: by }: Before): string {
  const name = category ?? (by === "person" ? "none of them" : "uncategorised");
  return by === null || (category === null && by !== "person") ? name : `${name} (said by ${WHO[by]})`;
}

function promptText({ category, classified_by: by, status }: DocumentDetail): string {
  if (by === "person") return "Another is one click away.";
  if (by === null && status !== "ready") return "You need not wait for the classifiers.";
  return category === null ? "What is it?" : "Right, or rather something else?";
}

/** What kind of document it is and why, and a click that says better. */
export function CategoryCard({ document }: { document: DocumentDetail }) {
  const { id, category, classified_by: by } = document;
  const names = (useQuery(categoriesQuery).data ?? []).map(({ name }) => name);
  const correction = useCorrection(id);
  const choices = useRef<HTMLFieldSetElement>(null);
  const [before, setBefore] = useState<Before>();
  // the order holds while one corrects: buttons that move are pressed by mistake
  const [order, setOrder] = useState<{ names: string; list: string[] }>({ names: "", list: [] });
  if (order.names !== names.join("\n")) {
    setOrder({ names: names.join("\n"), list: likely(names, document, lately()) });
  }
  const isSaid = (name: string | null) => by === "person" && category === name;
  const correct = (name: string | null) => {
    if (isSaid(name) || correction.isPending) return;
    setBefore({ category, classified_by: by });
    if (name !== null) remember(name);
    correction.mutate(name, { onError: () => setBefore(undefined) });
  };
  const undo = () => {
    if (before === undefined) return;
    // the button goes away, and the keyboard should not be lost with it
    correction.mutate(before.category, {
      onSuccess: () => setBefore(undefined),
      onSettled: () => choices.current?.focus(),
    });
  };
  return (
    <Card title="Category">
      <div className="grid items-start gap-x-8 gap-y-4 lg:grid-cols-[2fr_3fr]">
        <Verdict document={document} />
        <div className="min-w-0">
          <div role="status" className="mb-1 flex min-h-8 flex-wrap items-center gap-x-2 text-muted text-xs">
            {before === undefined ? (
              promptText(document)
            ) : (
              <>
                <span>
                  Corrected by you; it was {beforeText(before)}. {correction.isPending && "Saving…"}
                </span>
                <Button
                  small
                  look="quiet"
                  disabled={correction.isPending}
                  title="The earlier category then counts as said by a person"
                  onClick={undo}
                >
                  <Undo2 aria-hidden className="size-4" /> Undo
                </Button>
              </>
            )}
          </div>
          <fieldset ref={choices} tabIndex={-1} className="flex outline-none flex-wrap items-center gap-1.5">
            <legend className="sr-only">Correct the category</legend>
            {order.list.slice(0, BUTTONS).map((name) => (
              <Choose key={name} pressed={isSaid(name)} proposed={name === category} onClick={() => correct(name)}>
                {name}
              </Choose>
            ))}
            {order.list.length > BUTTONS && (
              <Others names={order.list.slice(BUTTONS)} said={by === "person" ? category : null} onChoose={correct} />
            )}
            <Choose pressed={isSaid(null)} proposed={false} onClick={() => correct(null)}>
              None of these
            </Choose>
          </fieldset>
        </div>
      </div>
      <Reasons document={document} />
    </Card>
  );
}

function Choose({
  pressed,
  proposed,
  onClick,
  children,
}: {
  pressed: boolean;
  /** It is what a classifier said. */
  proposed: boolean;
  onClick: () => void;
  children: string;
}) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={proposed && !pressed ? "Confirm what was said" : undefined}
      onClick={onClick}
      className={classNames(
        "inline-flex h-8 items-center gap-1 rounded-full border px-3 font-medium text-xs transition-colors",
        pressed
          ? "border-transparent bg-accent text-on-accent"
          : proposed
            ? "border-accent bg-accent-soft text-accent-strong hover:bg-sunken"
            : "border-line-strong/60 bg-surface hover:bg-sunken",
      )}
    >
      {(pressed || proposed) && <Check aria-hidden className="size-3.5" />}
      {children}
    </button>
  );
}

function Others({
  names,
  said,
  onChoose,
}: {
  names: readonly string[];
  said: string | null;
  onChoose: (name: string) => void;
}) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="sr-only">
        Another category
      </label>
      <Select
        id={id}
        className="h-8 w-auto rounded-full py-0 text-xs"
        value={said !== null && names.includes(said) ? said : ""}
        choices={[{ value: "", label: "Another…" }, ...names.map((name) => ({ value: name, label: name }))]}
        onChange={(event) => event.target.value !== "" && onChoose(event.target.value)}
      />
    </>
  );
}
