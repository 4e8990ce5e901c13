#!/usr/bin/env bash
# Needs bash, curl and jq. Uploads sales.csv.
# Neither the token nor the URL is an argument: others on the machine could read it there.
set -euo pipefail

response=$(curl --silent --show-error --max-time 30 --get \
  --header @<(printf 'x-cleartax-auth-token: %s' "$CLEAR_CFC_AUTH_TOKEN") \
  --header "fileContentType: CSV" \
  --data-urlencode "fileName=sales.csv" \
  "https://api-sandbox.clear.in/integration/v1/generatePreSign/sales")

# A 200 is not yet a success, and an error can be an array.
if ! url=$(jq --exit-status --raw-output 'objects | select(.status == "CREATED") | .preSignedS3Url' <<<"$response"); then
  echo "CFC returned an error: $response" >&2
  exit 1
fi

# Exactly the signed content type, and never the token.
curl --silent --show-error --fail --header "content-type: application/vnd.ms-excel" --upload-file sales.csv \
  --config <(printf 'url = "%s"' "$url")
echo "sales.csv is stored"
