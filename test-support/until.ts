import { setTimeout as pause } from "node:timers/promises";

/** Waits until a condition holds. Unlike `expect.poll`, it does not advance a fake clock. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(1);
}
