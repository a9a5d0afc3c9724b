import { File, FileArchive, FileCode, FileImage, FileText, HardDrive, Link2 } from "lucide-react";
import type { Schemas } from "@/api/client";

/** A picture of what kind of file it is; the kind is said in words elsewhere. */
export function FileIcon({ file }: { file: Schemas["FileBody"] }) {
  const classes = "size-4 shrink-0 text-muted";
  if (file.kind === "symlink" || file.kind === "hardlink") return <Link2 aria-hidden className={classes} />;
  if (file.kind !== "file") return <HardDrive aria-hidden className={classes} />;
  if (/\.(tar|tgz|gz|bz2|xz|zst|zip|spl)$/i.test(file.path)) return <FileArchive aria-hidden className={classes} />;
  if (file.media_type.startsWith("image/")) return <FileImage aria-hidden className={classes} />;
  if (/json|xml|javascript|yaml/.test(file.media_type)) return <FileCode aria-hidden className={classes} />;
  if (file.media_type.startsWith("text/") || file.media_type === "application/pdf")
    return <FileText aria-hidden className={classes} />;
  return <File aria-hidden className={classes} />;
}
