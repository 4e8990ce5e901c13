/** Gives the page the function that uses both clients. */
import { passed } from "./client.mjs";

Object.assign(globalThis, { passed });
