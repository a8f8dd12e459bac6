# Finds troth, or installs it, and writes where it is to the output `program`.
set -euo pipefail

node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) process.exit(0);
  console.log(`::error title=troth::Node.js 20.19 or later is needed, and this is ${process.version}: add actions/setup-node.`);
  process.exit(1);
'

version="${ACTION_VERSION:-}"
if [ -n "$version" ]; then
  if ! [[ "$version" =~ ^[0-9A-Za-z][0-9A-Za-z.-]*$ ]]; then
    echo "::error title=troth::The input version is a version or a tag on npm, such as 1.2.3."
    exit 1
  fi
  folder="$RUNNER_TEMP/troth-$version"
  npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund "troth@$version"
  program="$folder/node_modules/troth/bin/troth.js"
else
  # What the action was checked out from is the whole of troth, but not yet built.
  if [ ! -f "$GITHUB_ACTION_PATH/dist/cli.js" ]; then
    cd "$GITHUB_ACTION_PATH"
    npm ci --ignore-scripts --omit=optional --no-audit --no-fund
    npm run build
  fi
  program="$GITHUB_ACTION_PATH/bin/troth.js"
fi
echo "program=$program" >> "$GITHUB_OUTPUT"
