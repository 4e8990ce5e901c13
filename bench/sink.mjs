/** A storage that takes everything and keeps nothing, over HTTP and TLS. Prints its ports, ends with its stdin. */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";

const [, , key = "", cert = ""] = process.argv;

/** @type {import("node:http").RequestListener} */
const take = (request, response) => {
  let bytes = 0;
  request.on("data", (chunk) => {
    bytes += chunk.length;
  });
  request.on("end", () => {
    const whole = bytes === Number(request.headers["content-length"]);
    response.writeHead(whole ? 200 : 400, { "content-length": 0, connection: "close" }).end();
  });
};

const servers = [createHttpServer(take), createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, take)];
const ports = await Promise.all(
  servers.map(async (server) => {
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
  }),
);
console.log(JSON.stringify(ports));
process.stdin.resume().on("end", () => process.exit());
