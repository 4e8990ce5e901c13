#!/usr/bin/env bash
# Uploads the CSV files in FOLDER/outbox to CFC, and moves each to FOLDER/sent. The token and the folder of node, which
# is not in cron's PATH, are in ~/.clear-presign.env, which only its owner can read (chmod 600):
#
#   export CLEAR_CFC_AUTH_TOKEN=…
#   export PATH=/usr/local/bin:/usr/bin:/bin
#
# The crontab line:
#
#   */15 * * * *  . ~/.clear-presign.env && /opt/upload/upload-outbox.sh /srv/clear 2>>/srv/clear/upload.log
#
# Move files into outbox when they are whole (mv within one file system); never write them there.
set -euo pipefail
clear_presign=$(dirname "$(readlink -f "$0")")/node_modules/.bin/clear-presign
target=(--environment sandbox)
[ -z "${CLEAR_BASE_URL:-}" ] || target=(--base-url "$CLEAR_BASE_URL")

cd "$1"
mkdir -p outbox sent failed

# One run at a time, however long the last one takes.
exec 9>.lock
if ! flock --nonblock 9; then
  echo "The last run is still at it." >&2
  exit 0
fi

for file in outbox/*.csv; do
  [ -e "$file" ] || continue
  code=0
  "$clear_presign" upload cfc "$file" --template sales "${target[@]}" || code=$?
  case $code in
    # With 74 the file is uploaded, only the output is lost: the log's disk may be full.
    0 | 74) mv "$file" sent/ ;;
    # This file can never be uploaded; the next ones may.
    8) mv "$file" failed/ ;;
    # It may succeed later, as after a 503 or without a network: the next run tries again.
    75) exit 0 ;;
    # Credentials, options, Clear or the storage: somebody has to look, and every file would meet the same.
    *) exit "$code" ;;
  esac
done
