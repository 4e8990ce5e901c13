/**
 * A storage that reads every file and discards it, over HTTP and TLS. Prints its two ports as JSON, and exits when its
 * standard input ends.
 *
 * node bench/upload/sink.mjs KEY CERTIFICATE
 */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";

const [, , key = "", cert = ""] = process.argv;

/** @type {import("node:http").RequestListener} */
const receive = (request, response) => {
  let bytes = 0;
  request.on("data", (chunk) => {
    bytes += chunk.length;
  });
  request.on("end", () => {
    const complete = bytes === Number(request.headers["content-length"]);
    response.writeHead(complete ? 200 : 400, { "content-length": 0, connection: "close" }).end();
  });
};

const servers = [
  createHttpServer(receive),
  createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, receive),
];
const ports = await Promise.all(
  servers.map(async (server) => {
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
  }),
);
console.log(JSON.stringify(ports));
process.stdin.resume().on("end", () => process.exit());
