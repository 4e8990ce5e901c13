# Python's standard library only. Uploads sales.csv.
import json
import os
import sys
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

endpoint = "https://api-sandbox.clear.in/integration/v1/generatePreSign/sales"
request = Request(
    endpoint + "?" + urlencode({"fileName": "sales.csv"}),
    headers={
        "x-cleartax-auth-token": os.environ["CLEAR_CFC_AUTH_TOKEN"],
        "fileContentType": "CSV",
    },
)
try:
    with urlopen(request, timeout=30) as response:
        body = json.load(response)
except HTTPError as error:
    sys.exit(f"CFC returned an error: {error.code} {error.read().decode()}")

# A 200 is not yet a success.
if body["status"] != "CREATED":
    sys.exit(f"CFC returned an error: {body['errorCode']} {body['errorMessage']}")

# Exactly the signed content type, and never the token.
with open("sales.csv", "rb") as file:
    upload = Request(
        body["preSignedS3Url"],
        data=file.read(),
        headers={"content-type": "application/vnd.ms-excel"},
        method="PUT",
    )
try:
    with urlopen(upload, timeout=60):
        print("sales.csv is stored")
except HTTPError as error:
    sys.exit(f"The storage returned an error: {error.code}")
