/** Returns a function for the option `authToken`. All calls share one token, which is renewed shortly before it expires. */
export function cfcAuthToken(clientSecret: string, baseUrl = "https://api-sandbox.clear.in") {
  let token = "";
  let renewAt = 0;
  let renewal: Promise<string> | undefined;

  async function renew(): Promise<string> {
    const response = await fetch(`${baseUrl}/integration/v1/authz/token`, {
      headers: { "x-clear-client-secret": clientSecret },
      redirect: "error",
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`No new token: status ${response.status}`);
    const { access_token, valid_till } = (await response.json()) as {
      access_token?: string;
      valid_till?: string | null;
    };
    // Null means that it never expires. Otherwise a minute early, so that no call sets out with a token that is about to expire.
    const until = valid_till === null ? Number.POSITIVE_INFINITY : Date.parse(valid_till ?? "") - 60_000;
    if (!access_token || Number.isNaN(until)) throw new Error("No new token: the response has none, or no valid_till");
    renewAt = until;
    token = access_token;
    return token;
  }

  return async () => {
    if (Date.now() < renewAt) return token;
    // Calls that come in the meantime wait for the same renewal.
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
}
