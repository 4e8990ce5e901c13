#!/usr/bin/env bash
# Needs bash, curl and jq. Uploads sales.csv.
# Neither the token nor the URL is an argument: others on the machine could read it there.
set -euo pipefail

response=$(curl --silent --show-error --max-time 30 --get \
  --header @<(printf 'x-clear-auth-token: %s' "$CLEAR_GLS_AUTH_TOKEN") \
  --header "x-integration-id: $CLEAR_GLS_INTEGRATION_ID" \
  --data-urlencode "filename=sales.csv" \
  "https://api-sandbox.clear.in/one-integration/action/pre-sign")

# A 200 is not yet a success, and a 401 is plain text.
if ! url=$(jq --exit-status --raw-output 'select(.success) | .result.uploadUrl' <<<"$response" 2>/dev/null); then
  echo "GLS returned an error: $response" >&2
  exit 1
fi

# Exactly the signed content type, and never the token.
curl --silent --show-error --fail --header "content-type: text/csv" --upload-file sales.csv \
  --config <(printf 'url = "%s"' "$url")
echo "sales.csv is stored"
