/** Asks for the digest of `file`; without one, takes back what was asked. */
export interface HashRequest {
  id: number;
  file?: File;
}

/** `unread`: the name of the error with which the file could not be read. Neither: nothing can be computed here. */
export interface HashAnswer {
  id: number;
  sha256?: string;
  unread?: string;
}

/** The file is no longer what it was when it was chosen. */
export class FileTrouble extends Error {
  constructor(readonly isGone: boolean) {
    super(
      isGone
        ? "The file is gone from its place: it was moved, renamed or deleted since you chose it. Choose it again."
        : "The file was changed since you chose it, or may not be read. Choose it again.",
    );
    this.name = "FileTrouble";
  }

  get code(): string {
    return this.isGone ? "file_gone" : "file_changed";
  }
}

interface Asked {
  resolve: (sha256: string | undefined) => void;
  reject: (error: unknown) => void;
}

let worker: Worker | undefined;
let lastId = 0;
const asked = new Map<number, Asked>();

/** SHA-256, hexadecimal; undefined where the browser cannot compute it. Throws FileTrouble, or the signal's reason. */
export function hash(file: File, signal: AbortSignal): Promise<string | undefined> {
  const running = started();
  lastId += 1;
  const id = lastId;
  return new Promise<string | undefined>((resolve, reject) => {
    const stop = () => {
      running.postMessage({ id } satisfies HashRequest);
      asked.delete(id);
      reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener("abort", stop, { once: true });
    const ended = <T>(then: (value: T) => void) => {
      return (value: T) => {
        signal.removeEventListener("abort", stop);
        then(value);
      };
    };
    asked.set(id, { resolve: ended(resolve), reject: ended(reject) });
    running.postMessage({ id, file } satisfies HashRequest);
  });
}

function started(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL("./hash.worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<HashAnswer>) => {
    const one = asked.get(data.id);
    asked.delete(data.id);
    if (data.unread === undefined) one?.resolve(data.sha256);
    else one?.reject(new FileTrouble(data.unread === "NotFoundError"));
  });
  worker.addEventListener("error", () => {
    // it cannot even be loaded: those uploads go on without, and say so
    worker = undefined;
    for (const one of asked.values()) one.resolve(undefined);
    asked.clear();
  });
  return worker;
}

/** What is wrong with the file, if anything is: browsers say only that an upload broke off. */
export async function troubleWith(file: File): Promise<FileTrouble | undefined> {
  try {
    await file.slice(0, 1).arrayBuffer();
    await file.slice(-1).arrayBuffer();
    return undefined;
  } catch (error) {
    return new FileTrouble(error instanceof DOMException && error.name === "NotFoundError");
  }
}
