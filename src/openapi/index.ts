/** The OpenAPI description as types, for your own clients and mocks, and its enum values. */
export * from "../../generated/types.js";
export type { ResponseBody } from "../response.js";
