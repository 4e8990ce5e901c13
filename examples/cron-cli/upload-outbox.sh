#!/usr/bin/env bash
# Uploads the CSV files in FOLDER/outbox to CFC, and moves each to FOLDER/sent. The token and node's directory, which
# cron's PATH lacks, are set in ~/.clear-presign.env, which only its owner can read (chmod 600):
#
#   export CLEAR_CFC_AUTH_TOKEN=…
#   export PATH=/usr/local/bin:/usr/bin:/bin
#
# The crontab line:
#
#   */15 * * * *  . ~/.clear-presign.env && /opt/upload/upload-outbox.sh /srv/clear 2>>/srv/clear/upload.log
#
# Move complete files into outbox (mv within one file system); never write them there.
set -euo pipefail
clear_presign=$(dirname "$(readlink -f "$0")")/node_modules/.bin/clear-presign
target=(--environment sandbox)
[ -z "${CLEAR_BASE_URL:-}" ] || target=(--base-url "$CLEAR_BASE_URL")

cd "$1"
mkdir -p outbox sent failed

# One run at a time, however long the previous one takes.
exec 9>.lock
if ! flock --nonblock 9; then
  echo "The previous run has not finished." >&2
  exit 0
fi

for file in outbox/*.csv; do
  [ -e "$file" ] || continue
  code=0
  "$clear_presign" upload cfc "$file" --template sales "${target[@]}" || code=$?
  case $code in
    # With 74 the file was uploaded, but the output was lost; the log's disk may be full.
    0 | 74) mv "$file" sent/ ;;
    # This file cannot be uploaded as is, but the next ones may.
    8) mv "$file" failed/ ;;
    # It may succeed later, such as after a 503 or a network failure; the next run tries again.
    75) exit 0 ;;
    # Credentials, options, Clear or the storage: needs attention, and every other file would fail too.
    *) exit "$code" ;;
  esac
done
