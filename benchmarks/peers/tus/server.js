// @tus/server with @tus/file-store, as its README shows it: no digest and no database. It does not fsync either, unless
// TUS_FSYNC=1 asks for the file and its folder to be safe before the last PATCH is answered.
import { createServer } from "node:http";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const [port, directory] = process.argv.slice(2);

async function sync(path) {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const tus = new Server({
  path: "/files",
  datastore: new FileStore({ directory }),
  onUploadFinish:
    process.env.TUS_FSYNC === "1"
      ? async (_request, upload) => {
          await sync(join(directory, upload.id));
          await sync(directory);
          return {};
        }
      : undefined,
});

createServer((request, response) => {
  if (request.url === "/healthz") {
    response.end("ok");
  } else {
    tus.handle(request, response);
  }
}).listen(Number(port), "127.0.0.1");
