import { FileUp, FolderUp, UploadCloud } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { chosen, dropped, type Finding } from "@/features/upload/entries";
import { Button } from "@/ui/button";
import { classNames } from "@/ui/class-names";

interface Props {
  onFiles: (finding: Finding) => void;
  /** There are files already, and they matter more. */
  isSmall: boolean;
}

const HAS_FOLDERS = "webkitdirectory" in HTMLInputElement.prototype; // phones choose files only

/** Takes files and folders: dropped anywhere on the page, or chosen. */
export function DropZone({ onFiles, isSmall }: Props) {
  const isOver = useDrop(onFiles);
  return (
    <section
      aria-label="Add files"
      className={classNames(
        "flex flex-col items-center gap-4 rounded-lg border-2 border-dashed px-4 text-center transition-colors",
        isSmall ? "py-5" : "py-12",
        isOver ? "border-accent bg-accent-soft" : "border-line-strong/60 bg-surface",
      )}
    >
      <div>
        {!isSmall && <UploadCloud aria-hidden className="mx-auto mb-2 size-9 text-muted" strokeWidth={1.5} />}
        <p className="font-medium text-base">{isOver ? "Let go to add them" : "Drop files or folders here"}</p>
        <p className="mt-1 text-muted">
          Archives (tar, gz, bz2, xz, zst, zip), .conf files, and documents (PDF, Office, RTF, text).
        </p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Chooser label="Choose files" icon={<FileUp aria-hidden className="size-4" />} onFiles={onFiles} />
        {HAS_FOLDERS && (
          <Chooser
            label="Choose a folder"
            icon={<FolderUp aria-hidden className="size-4" />}
            onFiles={onFiles}
            isFolder
          />
        )}
      </div>
    </section>
  );
}

function Chooser({
  label,
  icon,
  onFiles,
  isFolder = false,
}: {
  label: string;
  icon: ReactNode;
  onFiles: Props["onFiles"];
  isFolder?: boolean;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()}>
        {icon} {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden // the button is what people use; what it opens is the browser's
        data-chooser={isFolder ? "folder" : "files"}
        {...(isFolder ? { webkitdirectory: "" } : {})}
        onChange={({ currentTarget }) => {
          onFiles(chosen(currentTarget.files ?? []));
          currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
    </>
  );
}

/** Whether files are held over the page. A file that is let go beside the target would else replace the page. */
function useDrop(onFiles: Props["onFiles"]): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    let depth = 0; // entering a child comes before leaving its parent
    const has = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const enter = (event: DragEvent) => {
      if (!has(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!has(event)) return;
      depth -= 1;
      if (depth <= 0) setOver(false);
    };
    const over = (event: DragEvent) => {
      if (!has(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy";
    };
    const drop = (event: DragEvent) => {
      if (!has(event) || event.dataTransfer === null) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void dropped(event.dataTransfer).then(onFiles);
    };
    const heard = { dragenter: enter, dragleave: leave, dragover: over, drop } as const;
    for (const [name, hear] of Object.entries(heard)) globalThis.addEventListener(name as keyof typeof heard, hear); // its own keys
    return () => {
      for (const [name, hear] of Object.entries(heard)) {
        globalThis.removeEventListener(name as keyof typeof heard, hear); // as above
      }
    };
  }, [onFiles]);
  return isOver;
}
