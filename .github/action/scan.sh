# Scans, and writes what came of it to the outputs. Findings do not fail this step: they are uploaded first.
set -euo pipefail

arguments=(--fail-on "$ACTION_FAIL_ON")
paths=()
while IFS= read -r policy; do
  if [ -n "$policy" ]; then arguments+=(--policy "$policy"); fi
done <<< "${ACTION_POLICY:-}"
while IFS= read -r path; do
  if [ -n "$path" ]; then paths+=("$path"); fi
done <<< "${ACTION_PATHS:-}"
if [ -n "${ACTION_SINCE:-}" ]; then arguments+=("--since=$ACTION_SINCE"); fi

# A report of an earlier run must not be taken for this one's.
sarif="$PWD/$ACTION_SARIF"
json="$RUNNER_TEMP/troth.json"
rm -f "$sarif" "$json"

code=0
node "$ACTION_PROGRAM" scan "${arguments[@]}" --output "sarif=$sarif" --output "json=$json" \
  -- ${paths[@]+"${paths[@]}"} || code=$?
echo "exit-code=$code" >> "$GITHUB_OUTPUT"
if [ ! -f "$json" ]; then exit 0; fi

{
  echo "sarif=$sarif"
  echo "json=$json"
  node -e '
    const { violations, obligations } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    console.log(`findings=${violations.length + obligations.filter(({ status }) => status === "missing").length}`);
  ' "$json"
} >> "$GITHUB_OUTPUT"

if [ "${ACTION_DATA_MAP:-}" = true ] && [ -n "${ACTION_SINCE:-}" ]; then
  change="$RUNNER_TEMP/troth-data-map-change.md"
  # Incomplete, like the scan: the gate says so.
  node "$ACTION_PROGRAM" diff --output "markdown=$change" -- "$ACTION_SINCE" || [ $? -eq 3 ]
  cat "$change" >> "$GITHUB_STEP_SUMMARY"
  echo "data-map-change=$change" >> "$GITHUB_OUTPUT"
fi
