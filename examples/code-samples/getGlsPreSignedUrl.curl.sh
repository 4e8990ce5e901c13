# 1. Ask for a URL. A 200 whose success is true has it as result.uploadUrl.
curl --get "https://api-sandbox.clear.in/one-integration/action/pre-sign" \
  --header "x-clear-auth-token: $CLEAR_GLS_AUTH_TOKEN" \
  --header "x-integration-id: $CLEAR_GLS_INTEGRATION_ID" \
  --data-urlencode "filename=sales.csv"

# 2. PUT the file to it, with the content type that was signed and without the token. An empty 200 means stored.
curl --upload-file sales.csv --header "content-type: text/csv" "<result.uploadUrl>"
