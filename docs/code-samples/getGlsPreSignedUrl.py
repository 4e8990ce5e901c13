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
        answer = json.load(response)
except HTTPError as error:
    # A 401 is plain text, so this is no place to parse JSON.
    sys.exit(f"GLS refused: {error.code} {error.read().decode()}")

# A 200 is not yet a success.
if not answer["success"]:
    sys.exit(f"GLS refused: {answer['error']['code']} {answer['error']['message']}")

# Exactly the signed content type, and never the token.
with open("sales.csv", "rb") as file:
    upload = Request(
        answer["result"]["uploadUrl"],
        data=file.read(),
        headers={"content-type": "text/csv"},
        method="PUT",
    )
try:
    with urlopen(upload, timeout=60):
        print("sales.csv is stored")
except HTTPError as error:
    sys.exit(f"The storage refused: {error.code}")
