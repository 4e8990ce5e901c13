curl "https://api-sandbox.clear.in/integration/v1/ingest/file/sales" \
  --header "x-cleartax-auth-token: $CLEAR_CFC_AUTH_TOKEN" \
  --header "content-type: application/json" --data '{"fileInfo":{"s3FileUrl":"https://storage.clear.in/sales.csv"}}'
