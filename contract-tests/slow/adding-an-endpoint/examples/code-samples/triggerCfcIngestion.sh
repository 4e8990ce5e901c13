set -euo pipefail
response=$(curl --silent --header @<(printf 'x-cleartax-auth-token: %s' "$CLEAR_CFC_AUTH_TOKEN") \
  --header "content-type: application/json" --data '{"fileInfo":{"s3FileUrl":"https://storage.clear.in/sales.csv"}}' \
  "https://api-sandbox.clear.in/integration/v1/ingest/file/sales")
jq --exit-status --raw-output .activityId <<<"$response" || {
  echo "CFC returned an error: $response" >&2
  exit 1
}
