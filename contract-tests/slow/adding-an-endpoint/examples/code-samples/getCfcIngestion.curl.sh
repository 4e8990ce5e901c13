curl --get "https://api-sandbox.clear.in/integration/v1/ingest/file/sales" \
  --header "x-cleartax-auth-token: $CLEAR_CFC_AUTH_TOKEN" \
  --data-urlencode "tenant=GSTSALES"
