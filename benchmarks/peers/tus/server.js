// @tus/server with @tus/file-store, as its README shows it. No digest, no database and no fsync.
import { createServer } from "node:http";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const [port, directory] = process.argv.slice(2);
const tus = new Server({ path: "/files", datastore: new FileStore({ directory }) });

createServer((request, response) => {
  if (request.url === "/healthz") {
    response.end("ok");
  } else {
    tus.handle(request, response);
  }
}).listen(Number(port), "127.0.0.1");
