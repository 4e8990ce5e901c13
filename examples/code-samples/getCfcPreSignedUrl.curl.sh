# 1. Ask for a URL. A 200 whose status is CREATED has it as preSignedS3Url.
curl --get "https://api-sandbox.clear.in/integration/v1/generatePreSign/sales" \
  --header "x-cleartax-auth-token: $CLEAR_CFC_AUTH_TOKEN" \
  --header "fileContentType: CSV" \
  --data-urlencode "fileName=sales.csv"

# 2. PUT the file to it, with the content type that was signed and without the token. An empty 200 means stored.
curl --upload-file sales.csv --header "content-type: application/vnd.ms-excel" "<preSignedS3Url>"
