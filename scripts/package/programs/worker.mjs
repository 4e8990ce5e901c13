/** Uses both clients in a worker. The body of the request has the sandbox's address and credentials. */
import { passed } from "./client.mjs";

export default {
  /** @param {Request} request */
  async fetch(request) {
    const { baseUrl, credentials } = /** @type {import("clear-presign/sandbox").Sandbox} */ (await request.json());
    return new Response(await passed(baseUrl, credentials));
  },
};
