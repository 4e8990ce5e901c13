import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

request = Request(
    "https://api-sandbox.clear.in/integration/v1/ingest/file/sales?tenant=GSTSALES",
    headers={"x-cleartax-auth-token": os.environ["CLEAR_CFC_AUTH_TOKEN"]},
)
try:
    with urlopen(request, timeout=30) as response:
        print(json.load(response)["activityId"])
except HTTPError as error:
    sys.exit(f"CFC returned an error: {error.code} {error.read().decode()}")
