import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";

/** The signing secret of a webhook. The server says it this once, and nothing here keeps it. */
export function SecretNote({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <div className="space-y-4">
      <p>
        Receivers check with this secret that a message is from Forebay. Copy it to them now:{" "}
        <strong>it is not shown again.</strong>
      </p>
      <fieldset
        aria-label="Signing secret"
        className="flex min-w-0 items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2"
      >
        <code className="min-w-0 flex-1 break-all font-mono text-xs">{secret}</code>
        <CopyButton text={secret} what="the signing secret" />
      </fieldset>
      <div className="flex justify-end">
        <Button look="primary" onClick={onClose}>
          I have copied it
        </Button>
      </div>
    </div>
  );
}
