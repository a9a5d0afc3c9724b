import { useEffect, useRef, useState } from "react";
import { type Item, isUnderWay, type Phase } from "@/features/upload/queue";
import { pluralText } from "@/ui/numbers";

const EVERY_MS = 1_000;

/** What happened between two looks at the queue, in a sentence for those who do not see it. Percents are no news. */
export function newsText(before: readonly Item[], after: readonly Item[]): string {
  const phases = new Map(before.map((item) => [item.id, item.phase]));
  const came = (which: (phase: Phase) => boolean, from: (phase: Phase | undefined) => boolean) =>
    after.filter((item) => which(item.phase) && from(phases.get(item.id)));
  const became = (phase: Phase) =>
    came(
      (now) => now === phase,
      (then) => then !== phase,
    );
  const news = [
    sentence(
      after.filter((item) => !phases.has(item.id)),
      "added",
    ),
    sentence(
      came(isUnderWay, (then) => then === undefined || !isUnderWay(then)),
      "in line",
    ),
    sentence(became("done"), "stored"),
    sentence(became("failed"), "failed", (item) => item.failure?.message),
    sentence(became("cancelled"), "cancelled"),
  ];
  const wasBusy = before.some((item) => isUnderWay(item.phase));
  if (wasBusy && !after.some((item) => isUnderWay(item.phase))) news.push("No uploads are left.");
  return news.filter((text) => text !== "").join(" ");
}

function sentence(items: readonly Item[], what: string, more?: (item: Item) => string | undefined): string {
  const [first] = items;
  if (first === undefined) return "";
  if (items.length > 1) return `${pluralText(items.length, "file")} ${what}.`;
  const rest = more?.(first);
  return rest === undefined ? `${first.path}: ${what}.` : `${first.path}: ${what}. ${rest}`;
}

/** The latest news for a polite live region, at most one a second. */
export function useNews(items: readonly Item[]): string {
  const told = useRef(items);
  const latest = useRef(items);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [text, setText] = useState("");
  useEffect(() => {
    latest.current = items;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const news = newsText(told.current, latest.current);
      told.current = latest.current;
      if (news !== "") setText(news);
    }, EVERY_MS);
  }, [items]);
  useEffect(() => {
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, []);
  return text;
}
