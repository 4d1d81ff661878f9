#!/usr/bin/env bash
# In a workspace that has only the package nx, `nx affected` omits the projects that import a changed project, without a warning: the project graph has no edges from imports.
#
# Package:  nx 22.7.9 and typescript 5.9.3 (npm)
# Input:    two projects with a project.json each; `app` imports `lib` by a path of tsconfig.base.json; a changed file of `lib`
# Expected: `app` is affected: "The default setting for Nx repos is "analyzeSourceFiles": true" (nx.dev, Disable Graph Links Created from Analyzing Source Files)
# Seen:     only `lib` is affected. nx reads imports if package.json names one of @nx/workspace, @nx/js, @nx/node, @nx/next, @nx/react, @nx/angular and @nx/web (@nx/eslint-plugin is none of them),
#           or if nx.json has pluginsConfig for @nx/js
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "name": "finding", "private": true, "devDependencies": { "nx": "22.7.9", "typescript": "5.9.3" } }
JSON
npm install --no-audit --no-fund --loglevel=error --ignore-scripts > /dev/null
mkdir -p lib/src app/src
echo '{ "compilerOptions": { "paths": { "@finding/lib": ["./lib/src/index.ts"] } } }' > tsconfig.base.json
echo '{ "name": "lib", "sourceRoot": "lib/src" }' > lib/project.json
echo '{ "name": "app", "sourceRoot": "app/src" }' > app/project.json
echo 'export const answer = 42;' > lib/src/index.ts
echo "import { answer } from '@finding/lib'; console.log(answer);" > app/src/index.ts
git init -q . && printf 'node_modules\n.nx\n' > .gitignore

export NX_DAEMON=false NX_NO_CLOUD=true
affected() { npx nx show projects --affected --files=lib/src/index.ts | sort | paste -sd' '; }

echo '{}' > nx.json
by_default=$(affected)
echo '{ "pluginsConfig": { "@nx/js": { "analyzeSourceFiles": true } } }' > nx.json
when_asked=$(affected)
echo "affected by default: $by_default"
echo "affected with analyzeSourceFiles: $when_asked"
if [ "$by_default" = lib ] && [ "$when_asked" = 'app lib' ]; then
  echo 'unchanged: nx does not read imports by default'
else
  echo 'changed: the affected projects differ from the recorded result'
  exit 1
fi
