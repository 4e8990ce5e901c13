/** Every form that a secret may have in a string. */
function forms(secret: string): string[] {
  // Base64 depends on the position of the secret in a longer string: three alignments, each without the edges
  // that the neighbouring characters change.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.from("x".repeat(shift) + secret)
      .toString("base64")
      .replace(/=+$/, "");
    return text.slice(shift && shift + 1, -1);
  });
  return [...new Set([secret, decodeURIComponent(secret), encodeURIComponent(secret), ...base64])];
}

/** The names of the secrets that a string contains raw, percent-encoded or as base64. */
export function leaks(text: string, secrets: Readonly<Record<string, string>>): string[] {
  const decoded = text.replace(/(%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
  return Object.entries(secrets)
    .filter(([, secret]) => forms(secret).some((form) => text.includes(form) || decoded.includes(form)))
    .map(([name]) => name);
}

/** The secrets in a signed URL. */
export function secretsOf(url: string): Record<string, string> {
  const query = new URL(url).searchParams;
  const named = ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token"].map((name) => [name, query.get(name)]);
  return Object.fromEntries(named.filter(([, value]) => value));
}
