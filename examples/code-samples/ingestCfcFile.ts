import { setTimeout as wait } from "node:timers/promises";

const TEMPLATES = {
  sales: { templateId: "618a5623836651c01c1498ad", tenant: "GSTSALES" },
  purchase: { templateId: "60e5613ff71f4a7aeca4336b", tenant: "MAXITC" },
};

interface Ingestion {
  templateType: keyof typeof TEMPLATES;
  /** The pre-signed URL of the upload, whole, as it was received. */
  url: string;
  /** The name that the URL was asked for. */
  fileName: string;
  authToken: () => Promise<string>;
  baseUrl?: string;
  firstWaitMs?: number;
  timeoutMs?: number;
}

interface Activity {
  status: string;
  processingStats?: { validRows: number; invalidRows: number }[] | null;
}

/** Starts the ingestion of an uploaded file, and returns its last status. */
export async function ingestCfcFile(ingestion: Ingestion) {
  const { templateType, url, fileName, authToken, baseUrl = "https://api-sandbox.clear.in" } = ingestion;
  const { firstWaitMs = 2_000, timeoutMs = 30 * 60_000 } = ingestion;
  const { templateId, tenant } = TEMPLATES[templateType];
  const endpoint = `${baseUrl}/integration/v1/ingest/file/${templateType}`;
  const end = AbortSignal.timeout(timeoutMs);

  async function call<T>(path: string, init?: RequestInit): Promise<T> {
    const headers = { "x-cleartax-auth-token": await authToken(), "content-type": "application/json" };
    const signal = AbortSignal.any([end, AbortSignal.timeout(30_000)]);
    const response = await fetch(endpoint + path, { ...init, headers, redirect: "error", signal });
    // Without the body: it may repeat the URL, which is a secret.
    if (!response.ok) throw new Error(`${path || "trigger"}: status ${response.status}`);
    return (await response.json()) as T;
  }

  const { activityId } = await call<{ activityId: string }>("", {
    method: "POST",
    body: JSON.stringify({ userInputArgs: { templateId }, fileInfo: { s3FileUrl: url, userFileName: fileName } }),
  });
  for (let pause = firstWaitMs; ; pause = Math.min(pause * 2, 60_000)) {
    await wait(pause, undefined, { signal: end });
    const activity = await call<Activity>(`/status/${encodeURIComponent(activityId)}?tenant=${tenant}`);
    if (!["ACTIVITY_CREATED", "ACTIVITY_QUEUED"].includes(activity.status)) return activity;
  }
}
