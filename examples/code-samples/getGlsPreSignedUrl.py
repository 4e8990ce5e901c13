# Python's standard library only. Uploads sales.csv.
import json
import os
import sys
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

endpoint = "https://api-sandbox.clear.in/one-integration/action/pre-sign"
request = Request(
    endpoint + "?" + urlencode({"filename": "sales.csv"}),
    headers={
        "x-clear-auth-token": os.environ["CLEAR_GLS_AUTH_TOKEN"],
        "x-integration-id": os.environ["CLEAR_GLS_INTEGRATION_ID"],
    },
)
try:
    with urlopen(request, timeout=30) as response:
        body = json.load(response)
except HTTPError as error:
    # A 401 is plain text, so this is no place to parse JSON.
    sys.exit(f"GLS returned an error: {error.code} {error.read().decode()}")

# A 200 is not yet a success.
if not body["success"]:
    sys.exit(f"GLS returned an error: {body['error']['code']} {body['error']['message']}")

# Exactly the signed content type, and never the token.
with open("sales.csv", "rb") as file:
    upload = Request(
        body["result"]["uploadUrl"],
        data=file.read(),
        headers={"content-type": "text/csv"},
        method="PUT",
    )
try:
    with urlopen(upload, timeout=60):
        print("sales.csv is stored")
except HTTPError as error:
    sys.exit(f"The storage returned an error: {error.code}")
