// In Next.js: app/files/route.ts
import { uploadFile } from "clear-presign/upload";
import { gls } from "./clear.js";
import { checkLength, NO_FILE, NOT_A_FORM, type Reply, replyTo } from "./reply.js";

async function upload(request: Request): Promise<Reply> {
  // `formData()` holds the whole body in memory.
  const rejected = checkLength(request.headers.get("content-length"));
  if (rejected) return rejected;
  const form = await request.formData().catch(() => undefined);
  if (!form) return NOT_A_FORM;
  const file = form.get("file");
  // A field that is not a file is a string.
  if (!(file instanceof File)) return NO_FILE;
  return replyTo(await uploadFile(gls, { file, signal: request.signal }));
}

export async function POST(request: Request): Promise<Response> {
  const { status, body } = await upload(request);
  return Response.json(body, { status });
}
