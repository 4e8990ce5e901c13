import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

request = Request(
    "https://api-sandbox.clear.in/integration/v1/ingest/file/sales",
    headers={"x-cleartax-auth-token": os.environ["CLEAR_CFC_AUTH_TOKEN"]},
    data=json.dumps({"fileInfo": {"s3FileUrl": "https://storage.clear.in/sales.csv"}}).encode(),
)
try:
    with urlopen(request, timeout=30) as response:
        print(json.load(response)["activityId"])
except HTTPError as error:
    sys.exit(f"CFC returned an error: {error.code} {error.read().decode()}")
