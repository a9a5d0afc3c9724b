import { type Item, isAllSent } from "@/features/upload/queue";
import { isStalled, type Meter, rateOf, secondsLeft } from "@/features/upload/rate";
import { bytesText, durationText, rateText } from "@/ui/numbers";

/** How far it is, how fast it goes, and how long it will take. */
export function RowProgress({ item }: { item: Item }) {
  const { phase, meter, path, file } = item;
  if (phase === "hashing") return <Said>Computing the SHA-256 of the file.</Said>;
  if (phase === "comparing") return <Said>Stored; comparing the SHA-256 with that of the file here.</Said>;
  if (phase !== "sending" || meter === undefined) return null;
  const share = file.size === 0 ? 1 : meter.sent / file.size;
  return (
    <div className="mt-2">
      <div
        role="progressbar"
        aria-label={`Upload of ${path}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        className="h-1.5 overflow-hidden rounded-full bg-line"
      >
        <div
          className="h-full rounded-full bg-accent transition-[width] duration-500 ease-linear"
          style={{ width: `${share * 100}%` }}
        />
      </div>
      <Said>{isAllSent(item) ? "All is sent; the server makes sure that it is stored." : text(meter, file.size)}</Said>
    </div>
  );
}

function Said({ children }: { children: string }) {
  return <p className="mt-1 text-muted text-xs tabular-nums">{children}</p>;
}

function text(meter: Meter, size: number): string {
  const parts = [`${Math.floor((100 * meter.sent) / size)} % · ${bytesText(meter.sent)}`];
  if (isStalled(meter)) {
    parts.push(`nothing has gone out for ${durationText(Math.round((meter.at - meter.movedAt) / 1000))}`);
    return parts.join(" · ");
  }
  const rate = rateOf(meter);
  const left = secondsLeft(meter, size);
  if (rate !== undefined) parts.push(rateText(rate));
  if (left !== undefined) parts.push(`${durationText(Math.max(1, Math.ceil(left)))} left`);
  return parts.join(" · ");
}
