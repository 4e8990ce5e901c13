/** The client against a real storage, which swift-server.ts starts. */
import { CreateBucketCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, inject } from "vitest";
import { newKey, type Storage, testStorage } from "./matrix.js";

const Bucket = "clear-presign";
const client = new S3Client({
  endpoint: inject("swift"),
  region: "us-east-1",
  credentials: { accessKeyId: "test:tester", secretAccessKey: "testing" },
  forcePathStyle: true,
  // Clear's URLs have no checksum parameters.
  requestChecksumCalculation: "WHEN_REQUIRED",
});

const storage: Storage = {
  sign(contentType, expiresIn, ageSeconds) {
    const command = new PutObjectCommand({ Bucket, Key: newKey(), ContentType: contentType });
    return getSignedUrl(client, command, {
      expiresIn,
      // Without this only the host would be signed.
      signableHeaders: new Set(["content-type"]),
      signingDate: new Date(Date.now() - ageSeconds * 1000),
    });
  },
  async stored(url) {
    const Key = decodeURIComponent(new URL(url).pathname.slice(`/${Bucket}/`.length));
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Body && Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },
};

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => client.destroy());

testStorage("Swift", () => storage);
