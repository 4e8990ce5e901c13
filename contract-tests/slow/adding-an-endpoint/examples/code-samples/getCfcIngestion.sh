set -euo pipefail
response=$(curl --silent --header @<(printf 'x-cleartax-auth-token: %s' "$CLEAR_CFC_AUTH_TOKEN") \
  "https://api-sandbox.clear.in/integration/v1/ingest/file/sales?tenant=GSTSALES")
jq --exit-status --raw-output .activityId <<<"$response" || {
  echo "CFC returned an error: $response" >&2
  exit 1
}
